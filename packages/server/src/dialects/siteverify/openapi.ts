import { type DocumentPart, json, type Operation, type Parameter, type Schema } from '../../openapi/types.ts'
import { scriptPathsOf } from './scripts.ts'
import type { RightAnswer, Vendor } from './vendors.ts'
import type { Assessment, RefusedAnswer, SiteConfigAnswer } from './wire.ts'

const text: Schema = { type: 'string' }
const flag: Schema = { type: 'boolean' }
const number: Schema = { type: 'number' }
const list: Schema = { type: 'array', items: text }
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })

const SECRET = 'fedcba9876543210fedcba98765432'
const PUBLIC_KEY = '0123456789abcdef0123456789abcd'
const PASS = 'B6Igz3oFQ1y2bJr0m9xkTfWc5uVtq7NaPdL4GhSeYiRo'
const TIME = '2026-11-29T10:00:00Z'
const PAGE = 'www.example.org'
const ALWAYS = 'Always this status, whatever came of it.'
/** Of JSON, of a form and of multipart. */
const BODIES = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data']

/** Fields of a request, which may be in its query or in its body. */
type FieldList = Record<string, { description: string; example: string; required?: boolean }>

const inQuery = (fields: FieldList): Parameter[] =>
  Object.entries(fields).map(([name, { description, example, required = false }]) => ({
    name,
    in: 'query',
    description,
    schema: text,
    example,
    ...(required && { required }),
  }))

const inBody = (fields: FieldList): NonNullable<Operation['requestBody']> => {
  const entries = Object.entries(fields)
  const schema: Schema = {
    type: 'object',
    required: entries.flatMap(([name, { required }]) => (required ? [name] : [])),
    properties: Object.fromEntries(
      entries.map(([name, { description }]) => [name, { ...text, description }]),
    ),
  }
  const example = Object.fromEntries(entries.map(([name, { example }]) => [name, example]))
  return {
    required: true,
    description: 'Whatever `Content-Type` says: the text of the body shows what it is.',
    content: Object.fromEntries(BODIES.map(type => [type, { schema, example }])),
  }
}

/** A call by GET and by POST. */
const calls = (
  tag: string,
  operationId: string,
  summary: string,
  {
    description,
    fields,
    parameters = [],
    responses,
  }: {
    description: string
    fields: FieldList
    parameters?: Parameter[]
    responses: Operation['responses']
  },
): { get: Operation; post: Operation } => {
  const shared = { tags: [tag], summary, security: [], responses }
  return {
    get: {
      ...shared,
      operationId: `${operationId}ByQuery`,
      description: `${description} Prefer POST: a query is in the logs of proxies.`,
      parameters: [...parameters, ...inQuery(fields)],
    },
    post: { ...shared, operationId, description, parameters, requestBody: inBody(fields) },
  }
}

const right: Record<Vendor['name'], RightAnswer> = {
  recaptcha: { success: true, challenge_ts: TIME, hostname: PAGE, score: 0.9, action: 'login' },
  hcaptcha: { success: true, challenge_ts: TIME, hostname: PAGE, sitekey: PUBLIC_KEY },
  turnstile: {
    success: true,
    'error-codes': [],
    challenge_ts: TIME,
    hostname: PAGE,
    action: 'login',
    cdata: '',
  },
}

/** What a vendor's verification takes. */
const fieldsOf = ({ field, namesSite, repeats }: Vendor): FieldList => ({
  secret: { description: "The site's secret.", example: SECRET, required: true },
  response: { description: `From the field \`${field}\` of the form.`, example: PASS, required: true },
  ...(namesSite && {
    sitekey: { description: 'The public key that is expected.', example: PUBLIC_KEY },
  }),
  ...(repeats && {
    idempotency_key: {
      description: 'A name for this request: a repeat with it gets the same answer.',
      example: '0b4b0c5e-6f0c-4b5b-9c07-0f3b8c5d2a11',
    },
  }),
  remoteip: { description: 'Ignored.', example: '192.0.2.1' },
})

const assessment: Assessment = {
  name: 'projects/shop/assessments/0123456789abcdef',
  event: { token: PASS, siteKey: PUBLIC_KEY, expectedAction: 'login' },
  tokenProperties: {
    valid: true,
    invalidReason: 'INVALID_REASON_UNSPECIFIED',
    hostname: PAGE,
    action: 'login',
    createTime: TIME,
  },
  riskAnalysis: { score: 0.9, reasons: [] },
}
const project: Parameter = {
  name: 'project',
  in: 'path',
  required: true,
  description: 'Any name.',
  schema: text,
  example: 'shop',
}

const EXTRA: Partial<Record<Vendor['name'], Pick<DocumentPart, 'paths' | 'schemas'>>> = {
  recaptcha: {
    paths: {
      '/v1/projects/{project}/assessments': calls(
        'reCAPTCHA',
        'recaptchaAssessment',
        'Whether a visitor passed, as reCAPTCHA Enterprise says it',
        {
          description:
            'For back ends. `event` may be an object of JSON. A wrong key is told beside an assessment that is not valid.',
          parameters: [project],
          fields: {
            key: { description: "The site's secret.", example: SECRET, required: true },
            'event.token': { description: 'The pass.', example: PASS, required: true },
            'event.siteKey': { description: 'The public key.', example: PUBLIC_KEY, required: true },
            'event.expectedAction': { description: 'Told again: compare it.', example: 'login' },
          },
          responses: { 200: json(ALWAYS, ref('RecaptchaAssessment'), assessment) },
        },
      ),
    },
    schemas: {
      RecaptchaAssessment: {
        type: 'object',
        required: ['name', 'event', 'tokenProperties', 'riskAnalysis'],
        properties: {
          name: text,
          event: {
            type: 'object',
            properties: { token: text, siteKey: text, expectedAction: text },
          },
          tokenProperties: {
            type: 'object',
            properties: {
              valid: flag,
              invalidReason: {
                type: 'string',
                enum: [
                  'INVALID_REASON_UNSPECIFIED',
                  'UNKNOWN_INVALID_REASON',
                  'MALFORMED',
                  'EXPIRED',
                  'DUPE',
                  'MISSING',
                ],
              },
              hostname: text,
              action: text,
              createTime: text,
            },
          },
          riskAnalysis: { type: 'object', properties: { score: number, reasons: list } },
          error: {
            type: 'object',
            properties: { code: { type: 'integer' }, message: text, status: text },
          },
        },
      },
    },
  },
  hcaptcha: {
    paths: {
      '/checksiteconfig': calls('hCaptcha', 'hcaptchaSiteConfig', 'Whether a host and a public key fit', {
        description: 'For administration pages of plug-ins.',
        fields: {
          sitekey: { description: 'The public key.', example: PUBLIC_KEY, required: true },
          host: { description: 'Host of the page.', example: PAGE, required: true },
        },
        responses: {
          200: json(ALWAYS, ref('HcaptchaSiteConfig'), {
            pass: true,
            features: {},
          } satisfies SiteConfigAnswer),
        },
      }),
    },
    schemas: {
      HcaptchaSiteConfig: {
        type: 'object',
        required: ['pass'],
        properties: { pass: flag, features: { type: 'object' }, error: text },
      },
    },
  },
}

/** A vendor's part of `/openapi.json`. */
export function documentOf(vendor: Vendor): DocumentPart {
  const { name, title, verifyPath, codes, namesSite } = vendor
  const schema = `${name[0]!.toUpperCase()}${name.slice(1)}Verdict`
  const refused: RefusedAnswer = {
    success: false,
    'error-codes': [codes.duplicate],
    ...(namesSite && { sitekey: PUBLIC_KEY }),
  }
  return {
    tags: [{ name: title, description: `What clients of ${title} call, and answers in its words.` }],
    paths: {
      ...scriptPathsOf(vendor),
      [verifyPath]: calls(title, `${name}Siteverify`, 'Whether a visitor passed', {
        description:
          'For back ends. A pass is good once, within its life. An answer whose connection closed before it was written is given once more within 5 seconds.',
        fields: fieldsOf(vendor),
        responses: {
          200: {
            description: ALWAYS,
            content: {
              'application/json': {
                schema: ref(schema),
                examples: { passed: { value: right[name] }, refused: { value: refused } },
              },
            },
          },
        },
      }),
      ...EXTRA[name]?.paths,
    },
    schemas: {
      [schema]: {
        type: 'object',
        required: ['success'],
        properties: {
          success: flag,
          'error-codes': list,
          challenge_ts: text,
          hostname: text,
          ...(name === 'recaptcha' && { score: number, action: text }),
          ...(namesSite && { sitekey: text, score: number, score_reason: list }),
          ...(name === 'turnstile' && { action: text, cdata: text, metadata: { type: 'object' } }),
        },
      },
      ...EXTRA[name]?.schemas,
    },
  }
}
