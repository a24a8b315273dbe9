import type { Answer, Operation, Parameter } from '../../operate/openapi-types.ts'
import { body, either, errorAnswer, json, ref, shared } from './openapi-answers.ts'
import { examples } from './openapi-schemas.ts'

const parameter = (
  name: string,
  place: Parameter['in'],
  rest: Omit<Parameter, 'name' | 'in'>,
): Parameter => ({
  name,
  in: place,
  ...rest,
})
const uuid = { type: 'string', format: 'uuid' }

const ENDPOINT = '/simple-captcha-endpoint'
const VALIDATION = '/valider-captcha'
const INFOS = '/captcha/{uuid}/code/infos'

const about = (path: string, operationId: string, summary: string, schema: string): Operation => ({
  tags: ['CaptchEtat v2'],
  summary,
  operationId,
  responses: { 200: json('OK', body(schema, examples[schema])), ...shared(path) },
})

/** Every call by its path below the version. */
export const operations: Record<string, { get?: Operation; post?: Operation }> = {
  [ENDPOINT]: {
    get: {
      tags: ['CaptchEtat v2'],
      summary: "A new captcha's picture, or the sound of one there is",
      description:
        'With `get=image` every call is a new captcha. With `get=sound` the same uuid gives the same bytes as often as it ' +
        'is asked for, whole or in part (`Range`).',
      operationId: 'captcha',
      parameters: [
        parameter('get', 'query', {
          required: true,
          description: 'What is wanted.',
          schema: { type: 'string', enum: ['image', 'sound'] },
          example: 'image',
        }),
        parameter('c', 'query', {
          required: true,
          description: 'The style.',
          schema: ref('StyleName'),
          example: 'captchaFR',
        }),
        parameter('t', 'query', {
          description: 'For `get=sound`: which captcha.',
          schema: uuid,
          example: 'd6f533f7-743c-449e-b496-79fb2192b46c',
        }),
        parameter('Range', 'header', {
          description: 'For `get=sound`: which bytes.',
          schema: { type: 'string' },
          example: 'bytes=0-1023',
        }),
      ],
      responses: {
        ...shared(ENDPOINT),
        200: json('A new captcha, or a sound: PCM, 16 bit, mono, 16 kHz.', {
          ...body('Captcha', examples.Captcha),
          'audio/x-wav': { schema: { type: 'string', format: 'binary' }, example: 'RIFF…' },
        }),
        206: json(
          'A part of a sound.',
          { 'audio/x-wav': { schema: { type: 'string', format: 'binary' }, example: 'RIFF…' } },
          { 'Content-Range': { schema: { type: 'string' }, example: 'bytes 0-1023/130044' } },
        ),
        400: either(errorAnswer('token_missing', ENDPOINT), errorAnswer('bad_style', ENDPOINT)),
        404: errorAnswer('unknown_challenge', ENDPOINT),
        416: errorAnswer('bad_range', ENDPOINT),
        503: errorAnswer('unavailable', ENDPOINT),
      },
    },
  },
  [VALIDATION]: {
    post: {
      tags: ['CaptchEtat v2'],
      summary: 'Whether a code is right',
      description:
        'The body of the answer is the bare word. `false` says nothing of why: wrong, unknown, expired, spent, of another ' +
        'site, longer than any body may be, or nobody could tell because a part of the service is down (the log says which). ' +
        'Letter case and white space around the code do not count.',
      operationId: 'validate',
      requestBody: { required: true, content: body('Validation', examples.Validation) },
      responses: {
        ...withoutOwnTrouble(shared(VALIDATION)),
        200: json('`true` or `false`', {
          'application/json': {
            schema: { type: 'boolean' },
            examples: { right: { value: true }, other: { value: false } },
          },
        }),
        405: {
          ...errorAnswer('invalid_input', VALIDATION),
          headers: { Allow: { schema: { type: 'string' }, example: 'OPTIONS, POST' } },
        },
      },
    },
  },
  [INFOS]: {
    get: {
      tags: ['CaptchEtat v2'],
      summary: "A code's length and characters",
      operationId: 'codeInfo',
      parameters: [
        parameter('uuid', 'path', {
          required: true,
          description: 'Which captcha.',
          schema: uuid,
          example: 'd6f533f7-743c-449e-b496-79fb2192b46c',
        }),
      ],
      responses: {
        ...shared(INFOS),
        200: json('OK', body('CodeInfo', examples.CodeInfo)),
        400: either(errorAnswer('token_missing', INFOS), errorAnswer('bad_request', INFOS)),
      },
    },
  },
  '/healthcheck': {
    get: {
      ...about('/healthcheck', 'health', 'How the service is, measured just now', 'Health'),
      responses: {
        ...shared('/healthcheck'),
        200: json('All is well.', body('Health', examples.Health)),
        503: json('A part is down.', body('Health', examples.HealthDown)),
      },
    },
  },
  '/version': { get: about('/version', 'version', 'The version', 'Version') },
  '/info': { get: about('/info', 'info', 'The version, in another shape', 'Info') },
}

/** Validation answers `false` where other calls tell of trouble. */
function withoutOwnTrouble({ 500: _internal, 503: _unavailable, ...rest }: Record<string, Answer>) {
  return rest
}
