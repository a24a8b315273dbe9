import {
  commonAnswers,
  type DocumentPart,
  errorAnswer,
  type Operation,
  type Parameter,
  quotaAnswer,
  type Schema,
} from '../../openapi/types.ts'
import { type ChallengeV1, type ChallengeV2, REFUSALS, type VerifyAnswer } from './wire.ts'

const tag = 'ALTCHA'
const text: Schema = { type: 'string' }
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })
const ID = 'd6f533f7743c449eb49679fb2192b46c'
const PAYLOAD = 'eyJhbGdvcml0aG0iOiJTSEEtMjU2IiwiY2hhbGxlbmdlIjoi…'
const always = 'Whatever the result is, the status of HTTP is 200.'

const apiKey: Parameter = {
  name: 'apiKey',
  in: 'query',
  required: true,
  description: "The site's public key.",
  schema: text,
  example: '0123456789abcdef0123456789abcd',
}
const version: Parameter = {
  name: 'v',
  in: 'query',
  description: 'Version of the protocol.',
  schema: { type: 'string', enum: ['1', '2'] },
  example: '2',
}
const id: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The id of the code, as `codeChallenge` has it.',
  schema: { type: 'string', pattern: '^[0-9a-f]{32}$' },
  example: ID,
}

const operation = (
  operationId: string,
  summary: string,
  rest: Omit<Operation, 'tags' | 'operationId' | 'summary'>,
): Operation => ({ tags: [tag], operationId, summary, security: [], ...rest })

const first = {
  algorithm: 'SHA-256',
  challenge: '77be41003b208facc22ad9bce84d2f6419b49195a4fe77f1bd6114097a518e75',
  maxnumber: 32_768,
  salt: `0f5a1c…?expires=1800000300&id=${ID}&`,
  signature: '0fc2d3d2ec4ffd35adcd72f07b2bd822e6dddb5392662761d6fe93aea4feb9d0',
  expires_in: 300,
} satisfies ChallengeV1
const second = {
  parameters: {
    algorithm: 'PBKDF2/SHA-256',
    salt: '5f0c9be2a77d41c8a3e6d2b14c9f8a70',
    cost: 5000,
    keyLength: 32,
    keyPrefix: '00',
    nonce: ID,
    expiresAt: 1_800_001_200,
  },
  signature: '0fc2d3d2ec4ffd35adcd72f07b2bd822e6dddb5392662761d6fe93aea4feb9d0',
  expires_in: 1200,
} satisfies ChallengeV2

const challenge = (operationId: string, summary: string, description: string): Operation =>
  operation(operationId, summary, {
    description,
    parameters: [apiKey, version],
    responses: {
      200: {
        description: 'A challenge of the first or the second protocol.',
        headers: {
          'X-Altcha-Config': {
            description: 'Where the site asks for a code: how the widget is to go on, in JSON.',
            schema: text,
            example: '{"verifyurl":"../altcha/verify"}',
          },
        },
        content: {
          'application/json': {
            schema: ref('AltchaChallenge'),
            examples: { first: { value: first }, second: { value: second } },
          },
        },
      },
      400: errorAnswer('bad_request', '`v` is neither 1 nor 2.'),
      403: errorAnswer('origin_refused'),
      404: errorAnswer('site_unknown', 'No site has this key, or it has no key for plug-ins.'),
      429: quotaAnswer,
      ...commonAnswers(errorAnswer),
    },
  })

const binary = (type: string, example: string) => ({
  [type]: { schema: { type: 'string', format: 'binary' }, example },
})
const shown = {
  403: errorAnswer('origin_refused'),
  404: errorAnswer('unknown_challenge'),
  429: quotaAnswer,
  ...commonAnswers(errorAnswer),
}

const verification = (schema: string, example: object) => ({
  required: true,
  description:
    'A JSON object, form-encoded or multipart with the same fields; `Content-Type` is not looked at.',
  content: {
    'application/json': { schema: ref(schema), example },
    'application/x-www-form-urlencoded': { schema: ref(schema) },
    'multipart/form-data': { schema: ref(schema) },
  },
})
const payload = { type: 'string', description: 'What the form sent as `altcha`, in base64.' }
const verdicts = (passed: VerifyAnswer, why: VerifyAnswer['reason'] & string) => ({
  200: {
    description: always,
    content: {
      'application/json': {
        schema: ref('AltchaVerdict'),
        examples: { passed: { value: passed }, failed: { value: { verified: false, reason: why } } },
      },
    },
  },
})

/** This dialect's part of `/openapi.json`. */
export const altchaDocument: DocumentPart = {
  tags: [{ name: tag, description: 'Work for the browser, and a code after it where the site wants one.' }],
  paths: {
    '/altcha/challenge': {
      get: challenge(
        'altchaChallenge',
        'A new challenge for a plug-in that verifies by itself',
        "Signed with the site's key for plug-ins. It expires after 5 minutes at the latest.",
      ),
    },
    '/v1/challenge': {
      get: challenge(
        'altchaSentinelChallenge',
        'A new challenge for a back end that asks us',
        'The address that Sentinel has. Signed with a key that nobody else has.',
      ),
    },
    '/v1/verify/signature': {
      post: operation('altchaVerifySignature', 'Whether a visitor has passed', {
        description:
          'For back ends, at the address that Sentinel has. It takes work as well as a payload that we signed, each of them once. Work for ' +
          'which a code was asked counts only as the payload that `/altcha/verify` answers.',
        requestBody: verification('AltchaVerification', {
          payload: PAYLOAD,
          secret: 'fedcba9876543210fedcba98765432',
        }),
        responses: verdicts({ verified: true }, 'spent'),
      }),
    },
    '/altcha/verify': {
      post: operation('altchaVerifyCode', 'Whether work and code are right', {
        description:
          'For widgets. What is answered as `payload` takes the place of the work in the form. A wrong code spends the work as well.',
        requestBody: verification('AltchaCodeVerification', { payload: PAYLOAD, code: 'K7RWPX' }),
        responses: verdicts({ verified: true, payload: PAYLOAD }, 'wrong'),
      }),
      options: operation('altchaPreflight', 'Preflight', {
        responses: { 204: { description: 'What a page may send (CORS).' } },
      }),
    },
    '/altcha/picture/{id}': {
      get: operation('altchaPicture', 'The picture of a code', {
        parameters: [id],
        responses: {
          200: {
            description: 'The same as often as it is asked for, until the code expires.',
            content: binary('image/png', '\u0089PNG…'),
          },
          ...shown,
        },
      }),
    },
    '/altcha/sound/{id}': {
      get: operation('altchaSound', 'The sound of a code', {
        parameters: [
          id,
          { name: 'Range', in: 'header', description: 'Which bytes.', schema: text, example: 'bytes=0-1023' },
        ],
        responses: {
          200: { description: 'PCM, 16 bit, mono, 16 kHz.', content: binary('audio/x-wav', 'RIFF…') },
          206: {
            description: 'A part of a sound.',
            headers: { 'Content-Range': { schema: text, example: 'bytes 0-1023/130044' } },
            content: binary('audio/x-wav', 'RIFF…'),
          },
          416: errorAnswer('bad_range'),
          ...shown,
        },
      }),
    },
  },
  schemas: {
    AltchaChallenge: {
      type: 'object',
      required: ['signature', 'expires_in'],
      properties: {
        algorithm: { type: 'string', description: 'First protocol: `SHA-256`.' },
        challenge: { type: 'string', description: 'First protocol: SHA-256 of salt and number.' },
        maxnumber: { type: 'integer', description: 'First protocol: the highest number.' },
        salt: { type: 'string', description: 'First protocol: it ends in `&`.' },
        parameters: {
          type: 'object',
          description: 'Second protocol.',
          properties: {
            algorithm: text,
            nonce: { type: 'string', description: 'The id.' },
            salt: text,
            cost: { type: 'integer' },
            keyLength: { type: 'integer' },
            keyPrefix: text,
            memoryCost: { type: 'integer' },
            parallelism: { type: 'integer' },
            expiresAt: { type: 'integer', description: 'Seconds since 1970.' },
            data: { type: 'object', properties: { code: text } },
          },
        },
        signature: text,
        codeChallenge: {
          type: 'object',
          required: ['image', 'audio'],
          properties: { image: text, audio: text },
        },
        expires_in: { type: 'integer', description: 'Seconds.' },
      },
    },
    AltchaVerification: {
      type: 'object',
      required: ['payload', 'secret'],
      properties: { payload, secret: { type: 'string', description: "The site's secret." } },
    },
    AltchaCodeVerification: {
      type: 'object',
      required: ['payload', 'code'],
      properties: { payload, code: { type: 'string', description: 'What the visitor typed.' } },
    },
    AltchaVerdict: {
      type: 'object',
      required: ['verified'],
      properties: {
        verified: { type: 'boolean' },
        reason: {
          type: 'string',
          description: `\`${REFUSALS.join('`, `')}\`, or the code of an error; absent where it is verified.`,
        },
        payload: { type: 'string', description: 'Of `/altcha/verify` alone: what the form is to send.' },
      },
    },
  },
}
