import {
  type DocumentPart,
  errorAnswer,
  fileAnswers,
  json,
  type Operation,
  type Parameter,
  type Schema,
} from '../../openapi/types.ts'
import type { VerifyAnswer } from './wire.ts'

/** The name of the dialect. */
export const MCAPTCHA = 'mcaptcha'
/** Where its calls are. */
export const PATHS = {
  widget: '/widget',
  script: '/upright/v1/mcaptcha.js',
  style: '/upright/v1/mcaptcha.css',
  verify: '/api/v1/pow/siteverify',
} as const

const TAG = 'mCaptcha'
const text: Schema = { type: 'string' }
const PUBLIC_KEY = '0123456789abcdef0123456789abcd'
const FIELDS = {
  token: {
    description: 'From the field `mcaptcha__token` of the form.',
    example: 'B6Igz3oFQ1y2bJr0m9xkTfWc',
  },
  key: { description: "The site's public key.", example: PUBLIC_KEY },
  secret: { description: "The site's secret.", example: 'fedcba9876543210fedcba98765432' },
}
/** Of JSON, of a form and of multipart. */
const BODIES = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data']

const bodySchema: Schema = {
  type: 'object',
  required: Object.keys(FIELDS),
  properties: Object.fromEntries(
    Object.entries(FIELDS).map(([name, { description }]) => [name, { ...text, description }]),
  ),
}
const bodyExample = Object.fromEntries(Object.entries(FIELDS).map(([name, { example }]) => [name, example]))

const verification = (operationId: string, description: string): Operation => ({
  tags: [TAG],
  operationId,
  summary: 'Whether a visitor passed',
  description,
  security: [],
  responses: {
    200: json('Always this status, whatever came of it.', { $ref: '#/components/schemas/McaptchaVerdict' }, {
      valid: true,
    } satisfies VerifyAnswer),
  },
})

const ONCE =
  'For back ends. A pass is good once, within its life. An answer whose connection closed before it was written is given once more within 5 seconds.'

const inQuery = ([name, { description, example }]: [string, { description: string; example: string }]) =>
  ({ name, in: 'query', description, schema: text, example, required: true }) satisfies Parameter

const file = (operationId: string, summary: string, type: string, example: string): { get: Operation } => ({
  get: {
    tags: [TAG],
    operationId,
    summary,
    security: [],
    responses: {
      200: { description: 'The file.', content: { [type]: { schema: text, example } } },
      ...fileAnswers('It has not been built.'),
    },
  },
})

const page = { 'text/html': { schema: text, example: '<!doctype html>…' } }

export const mcaptchaDocument: DocumentPart = {
  tags: [{ name: TAG, description: 'The frame and the verification that clients of mCaptcha use.' }],
  paths: {
    [PATHS.widget]: {
      get: {
        tags: [TAG],
        operationId: 'mcaptchaWidget',
        summary: 'A page for a frame, in which a visitor verifies',
        description:
          'For pages of the origins of the site: others cannot frame it. It hands the pass to the page around it, as the message `{"token": PASS}`. Where it is too low for a challenge, it opens itself in a window.',
        security: [],
        parameters: [
          {
            name: 'sitekey',
            in: 'query',
            required: true,
            description: "The site's public key.",
            schema: text,
            example: PUBLIC_KEY,
          },
        ],
        responses: {
          200: { description: 'The page.', content: page },
          404: { description: 'No site has this key: the page says so.', content: page },
          414: errorAnswer('url_too_long'),
          431: errorAnswer('header_too_large'),
          500: errorAnswer('internal'),
          503: errorAnswer('unavailable'),
        },
      },
    },
    [PATHS.script]: file('mcaptchaScript', 'The script of that page', 'text/javascript', '(()=>{…})();'),
    [PATHS.style]: file('mcaptchaStyle', 'The style sheet of that page', 'text/css', 'body{margin:0}'),
    [PATHS.verify]: {
      get: {
        ...verification(
          'mcaptchaSiteverifyByQuery',
          `${ONCE} Prefer POST: a query is in the logs of proxies.`,
        ),
        parameters: Object.entries(FIELDS).map(inQuery),
      },
      post: {
        ...verification('mcaptchaSiteverify', ONCE),
        requestBody: {
          required: true,
          description: 'Whatever `Content-Type` says: the text of the body shows what it is.',
          content: Object.fromEntries(
            BODIES.map(type => [type, { schema: bodySchema, example: bodyExample }]),
          ),
        },
      },
    },
  },
  schemas: {
    McaptchaVerdict: { type: 'object', required: ['valid'], properties: { valid: { type: 'boolean' } } },
  },
}
