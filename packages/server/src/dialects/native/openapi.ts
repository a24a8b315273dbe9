import {
  type Answer,
  commonAnswers,
  type DocumentPart,
  errorAnswer,
  fileAnswers,
  json,
  type Operation,
  type Parameter,
  quotaAnswer,
  type Schema,
} from '../../openapi/types.ts'
import { scriptPaths } from './scripts.ts'
import type { AnswerReply, NativeChallenge, OutcomeReply, VerifyReply } from './wire.ts'

const tag = 'Native'
const text: Schema = { type: 'string' }
const seconds: Schema = { type: 'integer', description: 'Seconds.' }
const kind: Schema = { type: 'string', enum: ['work', 'text', 'speech', 'rotate'] }
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })

const challengeExample: NativeChallenge = {
  ticket: 'B3wQpXk2n0TzW8sYv4Lr',
  expires_in: 1200,
  kinds: ['work', 'text', 'speech', 'rotate'],
  speech_language: 'fr',
  work: {
    function: 'scrypt',
    nonce: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
    salt: '00112233445566778899aabbccddeeff',
    cost: 8192,
    memory: 8,
    puzzles: 1,
    limit: 268_435_456,
  },
  limit_beside: 536_870_912,
}
const answerExample: AnswerReply = { success: true, pass: 'B3wRq1Zb7uHcE5mNd9Ka', expires_in: 1200 }
const verifyExample: VerifyReply = {
  success: true,
  challenge_ts: '2026-11-29T10:00:00.000Z',
  hostname: 'www.example.org',
  action: 'contact',
  cdata: '',
  kind: 'work',
  sitekey: '0123456789abcdef0123456789abcd',
  rung: 0,
  reasons: [],
}
const outcomeExample: OutcomeReply = { success: true }

const secret: Schema = {
  ...text,
  description:
    "The site's secret, from its back end alone, which draws the challenge for a page without scripts: it has no work.",
}

const verifyError: Schema = {
  type: 'string',
  enum: ['secret', 'request', 'unknown', 'expired', 'duplicate', 'unavailable'],
}

const body = (schema: Schema, description?: string): NonNullable<Operation['requestBody']> => ({
  required: true,
  ...(description !== undefined && { description }),
  content: { 'application/json': { schema } },
})

const refusals: Record<string, Answer> = {
  400: errorAnswer('bad_request'),
  401: errorAnswer('invalid_client'),
  403: errorAnswer('origin_refused'),
  404: errorAnswer('unknown_challenge'),
  429: quotaAnswer,
  ...commonAnswers(errorAnswer),
}

const operation = (
  operationId: string,
  summary: string,
  rest: Omit<Operation, 'tags' | 'operationId' | 'summary'>,
): Operation => ({ tags: [tag], operationId, summary, security: [], ...rest })

const preflight = (operationId: string): Operation =>
  operation(operationId, 'What a page of another origin may send', {
    responses: { 204: { description: 'Whatever page asks: the request itself is held against its site.' } },
  })

const inQuery = (name: string, description: string, schema: Schema, required = false): Parameter => ({
  name,
  in: 'query',
  description,
  schema,
  ...(required && { required }),
})

const page = (description: string): Answer => ({
  description,
  content: { 'text/html': { schema: text, example: '<!doctype html>…' } },
})

/** The frame says what is wrong in a page of its own. */
const framePages: Record<string, Answer> = Object.fromEntries(
  Object.entries({ 200: { description: 'The form, or the pass.' }, ...refusals }).map(
    ([status, { description }]) => [status, page(description)],
  ),
)

const verification: Record<string, Answer> = {
  200: json('Always this status, whatever came of it.', ref('NativeVerification'), verifyExample),
}

/** The part of our own API in `/openapi.json`. */
export const nativeDocument: DocumentPart = {
  tags: [
    {
      name: tag,
      description:
        'Our own API, for the widget and for applications that draw everything themselves. Nothing is stored until an answer.',
    },
  ],
  paths: {
    ...scriptPaths,
    '/demo/upright': {
      post: operation('demoUpright', "The playground's own back end", {
        description:
          'Redeems a pass of the demo site, without a secret. A site of your own asks `/upright/v1/siteverify`.',
        requestBody: {
          required: true,
          content: {
            'application/x-www-form-urlencoded': {
              schema: { type: 'object', required: ['response'], properties: { response: text } },
            },
          },
        },
        responses: {
          200: json('What came of it.', ref('NativeVerification'), verifyExample),
          404: errorAnswer('not_found', 'The demo site was removed.'),
          413: errorAnswer('body_too_large'),
          429: quotaAnswer,
          ...commonAnswers(errorAnswer),
        },
      }),
    },
    '/upright/v1/challenge': {
      post: operation('nativeChallenge', 'A ticket, and what is asked of the visitor', {
        description:
          'For pages of the origins of the site. The ticket is answered once, in one request, before it expires.',
        requestBody: body({
          type: 'object',
          required: ['sitekey'],
          properties: {
            sitekey: { ...text, description: "The site's public key." },
            action: { ...text, description: 'Name of the action, at most 100 bytes.' },
            cdata: { ...text, description: "Data of the page's own, at most 255 bytes." },
            kinds: {
              type: 'array',
              items: kind,
              description: 'Kinds that the client can show; all by default.',
            },
            lang: { ...text, description: 'Language of what is to be heard, as a tag; English by default.' },
            secret,
            page: { ...text, description: 'From a frame of ours: the ticket in its document.' },
            dialect: {
              type: 'string',
              enum: ['native', 'recaptcha', 'hcaptcha', 'turnstile', 'mcaptcha'],
              default: 'native',
              description: 'Whose back end redeems the pass.',
            },
          },
        }),
        responses: {
          200: json('A challenge.', ref('NativeChallenge'), challengeExample),
          ...refusals,
        },
      }),
      options: preflight('nativeChallengePreflight'),
    },
    '/upright/v1/frame': {
      get: operation('nativeFrame', 'A page without scripts, for a frame: a code to read or to hear', {
        description:
          'For pages of the origins of the site. A right answer shows the pass, which the visitor copies into the form around the frame.',
        parameters: [
          inQuery('sitekey', "The site's public key.", text, true),
          inQuery('lang', 'Language, as a tag; what the browser prefers by default.', text),
          inQuery('action', 'Name of the action, at most 100 bytes.', text),
          inQuery('cdata', "Data of the page's own, at most 255 bytes.", text),
        ],
        responses: framePages,
      }),
      post: operation('nativeFrameAnswer', 'The form of that page', {
        requestBody: {
          required: true,
          content: {
            'application/x-www-form-urlencoded': {
              schema: {
                type: 'object',
                required: ['ticket'],
                properties: {
                  ticket: text,
                  lang: text,
                  text: { ...text, description: 'The code that was read.' },
                  speech: { ...text, description: 'The code that was heard.' },
                  another: { ...text, description: 'Not empty: another challenge.' },
                },
              },
            },
          },
        },
        responses: { ...framePages, 413: page(errorAnswer('body_too_large').description) },
      }),
    },
    '/upright/v1/frame.css': {
      get: operation('nativeFrameStyle', 'The style sheet of that page', {
        responses: {
          200: {
            description: 'The file.',
            content: { 'text/css': { schema: text, example: ':root{color-scheme:light dark}' } },
          },
          ...fileAnswers('The pages have not been built.'),
        },
      }),
    },
    '/upright/v1/show': {
      get: operation('nativeShow', "The picture, sound or disc of a ticket's kind", {
        parameters: [
          inQuery('ticket', 'The ticket.', text, true),
          inQuery(
            'kind',
            'Which of its kinds.',
            { type: 'string', enum: ['text', 'speech', 'rotate'] },
            true,
          ),
          inQuery('scale', '2 for a picture of twice as many pixels.', { type: 'string', enum: ['1', '2'] }),
        ],
        responses: {
          200: {
            description: 'The same bytes each time.',
            content: {
              'image/png': { schema: { type: 'string', format: 'binary' }, example: 'PNG…' },
              'audio/x-wav': { schema: { type: 'string', format: 'binary' }, example: 'RIFF…' },
              'image/jpeg': { schema: { type: 'string', format: 'binary' }, example: 'JFIF…' },
            },
          },
          206: { description: 'A part of a sound, as `Range` asks for.' },
          416: errorAnswer('bad_range'),
          ...refusals,
        },
      }),
    },
    '/upright/v1/answer': {
      post: operation('nativeAnswer', 'The answer to a ticket: a pass, or a fresh challenge', {
        description:
          'Right or wrong, it spends the ticket. The same right answer within a minute gets the same pass. `retry`: nothing was decided.',
        requestBody: body({
          type: 'object',
          required: ['ticket', 'kind'],
          properties: {
            ticket: text,
            kind,
            response: { ...text, description: 'A code, or degrees; nothing for `work`.' },
            work: {
              type: 'array',
              items: { type: 'integer', minimum: 0 },
              description: 'A counter for each puzzle, in their order. No work goes with a `secret`.',
            },
            kinds: { type: 'array', items: kind, description: 'As in the challenge, for a fresh one.' },
            lang: text,
            secret,
          },
        }),
        responses: { 200: json('What came of it.', ref('NativeAnswer'), answerExample), ...refusals },
      }),
      options: preflight('nativeAnswerPreflight'),
    },
    '/upright/v1/siteverify': {
      get: operation('nativeVerifyByQuery', 'Redeems a pass', {
        description: 'For back ends. Prefer POST: a query is in the logs of proxies.',
        parameters: [
          inQuery('secret', "The site's secret.", text, true),
          inQuery('response', 'The pass.', text, true),
          inQuery('idempotency_key', 'A name for this request: a repeat with it gets the same answer.', text),
        ],
        responses: verification,
      }),
      post: operation('nativeVerify', 'Redeems a pass', {
        description: 'For back ends. The body is JSON, a form or multipart.',
        requestBody: body({
          type: 'object',
          required: ['secret', 'response'],
          properties: { secret: text, response: text, idempotency_key: text },
        }),
        responses: verification,
      }),
    },
    '/upright/v1/outcome': {
      post: operation('nativeOutcome', 'Reports how a pass ended', {
        description:
          'For back ends, up to a day after the pass was earned, in whichever dialect: what came of the form. It counts once, and makes the ladder see what counting cannot. The body is JSON, a form or multipart.',
        requestBody: body({
          type: 'object',
          required: ['secret', 'response', 'outcome'],
          properties: {
            secret: { ...text, description: "The site's secret." },
            response: { ...text, description: 'The pass.' },
            outcome: {
              type: 'string',
              enum: ['good', 'bad'],
              description: 'Such as an account that was confirmed, or a message that was marked as spam.',
            },
          },
        }),
        responses: { 200: json('Always this status.', ref('NativeOutcome'), outcomeExample) },
      }),
    },
  },
  schemas: {
    Work: {
      type: 'object',
      description:
        'Puzzle i is solved by a counter c when the first 32 bits of the key are below `limit`. The password of the key is the nonce, i and c (four bytes each, the highest first).',
      required: ['function', 'nonce', 'salt', 'cost', 'puzzles', 'limit'],
      properties: {
        function: { type: 'string', enum: ['sha256', 'pbkdf2', 'scrypt'] },
        nonce: { ...text, pattern: '^[0-9a-f]{32}$' },
        salt: { ...text, pattern: '^[0-9a-f]{32}$' },
        cost: { type: 'integer' },
        memory: { type: 'integer' },
        puzzles: { type: 'integer' },
        limit: { type: 'integer' },
      },
    },
    NativeChallenge: {
      type: 'object',
      required: ['ticket', 'expires_in', 'kinds'],
      properties: {
        ticket: { ...text, pattern: '^[A-Za-z0-9_-]{1,2048}$' },
        expires_in: seconds,
        kinds: { type: 'array', items: kind },
        speech_language: text,
        work: ref('Work'),
        limit_beside: { type: 'integer', description: 'The limit of work beside another kind.' },
        test: ref('NativeTest'),
      },
    },
    NativeTest: {
      type: 'object',
      description: 'For a public key of tests: how the widget behaves.',
      required: ['visible', 'interactive'],
      properties: { visible: { type: 'boolean' }, interactive: { type: 'boolean' } },
    },
    NativeAnswer: {
      type: 'object',
      description:
        'With a pass, or with a reason and, unless it is `retry`, the fields of a fresh challenge.',
      required: ['success'],
      properties: {
        success: { type: 'boolean' },
        pass: text,
        expires_in: seconds,
        reason: { type: 'string', enum: ['wrong', 'raised', 'expired', 'retry'] },
        ticket: text,
        kinds: { type: 'array', items: kind },
        speech_language: text,
        work: ref('Work'),
        limit_beside: { type: 'integer' },
        test: ref('NativeTest'),
      },
    },
    NativeOutcome: {
      type: 'object',
      description: '`duplicate`: the other outcome was reported before.',
      required: ['success'],
      properties: { success: { type: 'boolean' }, error: verifyError },
    },
    NativeVerification: {
      type: 'object',
      required: ['success'],
      properties: {
        success: { type: 'boolean' },
        challenge_ts: text,
        hostname: text,
        action: text,
        cdata: text,
        kind,
        sitekey: text,
        rung: { type: 'integer' },
        reasons: { type: 'array', items: text },
        error: verifyError,
      },
    },
  },
}
