import { type DocumentPart, fileAnswers, type Operation } from '../../../openapi/types.ts'
import { versionPaths } from '../gateway/openapi.ts'
import {
  body,
  either,
  errorAnswer,
  json,
  parameter,
  rangeHeader,
  ref,
  shared,
  sound,
  soundParts,
} from '../gateway/openapi-answers.ts'
import { record } from '../gateway/openapi-schemas.ts'
import type { CaptchaAnswer, ValidationRequest } from './wire.ts'

/** What the version is called. */
export const TAG = 'CaptchEtat v2'

/** The path of the version. */
export const V2 = '/piste/captchetat/v2'

/** The path of the front library: any page may load it. */
export const LIBRARY = '/captchetat/captchetat-js.js'

const ENDPOINT = `${V2}/simple-captcha-endpoint`

const id = {
  name: 'uuid',
  schema: { type: 'string', format: 'uuid' },
  example: 'd6f533f7-743c-449e-b496-79fb2192b46c',
}

const captcha: Operation = {
  tags: [TAG],
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
      description: 'The style: needed for both, optional by the official description.',
      schema: ref('StyleName'),
      example: 'captchaFR',
    }),
    parameter('t', 'query', {
      description: 'For `get=sound`: which captcha.',
      schema: id.schema,
      example: id.example,
    }),
    parameter('scale', 'query', {
      description:
        'For `get=image`: `2` gives 400×140 pixels, for dense screens. CaptchEtat does not have it.',
      schema: { type: 'string', enum: ['1', '2'], default: '1' },
    }),
    rangeHeader,
  ],
  responses: {
    ...shared(ENDPOINT),
    200: json('A new captcha, or a sound: PCM, 16 bit, mono, 16 kHz.', {
      ...body('resultCaptcha', {
        uuid: id.example,
        imageb64: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAMgAAABG…',
      } satisfies CaptchaAnswer),
      ...sound,
    }),
    ...soundParts(ENDPOINT),
    400: either(errorAnswer('token_missing', ENDPOINT), errorAnswer('bad_style', ENDPOINT)),
    404: errorAnswer('unknown_challenge', ENDPOINT),
  },
}

const library: Operation = {
  tags: [TAG],
  summary: 'The front library',
  description:
    'A script that makes a captcha of every `<div id="captchetat" captchaStyleName="…" urlBackend="…">`.',
  operationId: 'library',
  security: [],
  responses: {
    200: json('The script.', {
      'text/javascript': { schema: { type: 'string' }, example: '(()=>{…})();' },
    }),
    ...fileAnswers('The pages have not been built.', 'script'),
  },
}

/** This dialect's part of `/openapi.json`. */
export const v2Document: DocumentPart = {
  tags: [
    {
      name: TAG,
      description:
        'Pictures of distorted codes, their sound and their validation, as CaptchEtat clients ask for them.',
    },
  ],
  paths: {
    [LIBRARY]: { get: library },
    ...versionPaths({
      tag: TAG,
      base: V2,
      version: '',
      id,
      validation: {
        schema: 'validerCaptcha',
        example: { uuid: id.example, code: 'AMHWLTX3' } satisfies ValidationRequest,
      },
      captcha,
    }),
  },
  schemas: {
    resultCaptcha: record({
      uuid: { type: 'string', format: 'uuid' },
      imageb64: {
        type: 'string',
        pattern: '^data:image/png;base64,',
        description: 'A PNG of 200×70 as a data URL, or of 400×140 with `scale=2`.',
      },
    }),
    validerCaptcha: record({
      uuid: { type: 'string', description: 'Which captcha.' },
      code: { type: 'string', description: 'What the visitor typed.' },
    }),
  },
}
