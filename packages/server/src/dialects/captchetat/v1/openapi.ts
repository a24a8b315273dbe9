import type { DocumentPart, Operation } from '../../../openapi/types.ts'
import { versionPaths } from '../gateway/openapi.ts'
import {
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
import type { ValidationRequest, WorkAnswer } from './wire.ts'

/** What the version is called. */
export const TAG = 'CaptchEtat v1'

/** The path of the version. */
export const V1 = '/piste/captcha'

const ENDPOINT = `${V1}/simple-captcha-endpoint`

const id = {
  name: 'id',
  schema: { type: 'string', pattern: '^[0-9a-f]{32}$' },
  example: 'd6f533f7743c449eb49679fb2192b46c',
}
const binary = { type: 'string', format: 'binary' }
const text = { type: 'string' }

const captcha: Operation = {
  tags: [TAG],
  summary: 'One part of a captcha',
  description:
    'Only `get=html` is called by hand; its markup calls the rest, by the prefix `/api/simple-captcha-endpoint` that clients put their own in ' +
    'the place of. Every `get=image` gives the id a new code, and everything else is about the code that was shown last. ' +
    '`get=validation-result` says whether a code is right without spending it; a wrong code is spent.',
  operationId: 'captchaV1',
  parameters: [
    parameter('get', 'query', {
      required: true,
      description: 'What is wanted.',
      schema: {
        type: 'string',
        enum: [
          'html',
          'layout-stylesheet',
          'script-include',
          'image',
          'sound',
          'p',
          'validation-result',
          'reload-icon',
          'sound-icon',
          'reload-disabled-icon',
          'sound-disabled-icon',
        ],
      },
      example: 'html',
    }),
    parameter('c', 'query', {
      description: 'For `get=html`: the style. Elsewhere the id says it.',
      schema: ref('StyleName'),
      example: 'captchaFR',
    }),
    parameter('t', 'query', {
      description: 'For `image`, `sound`, `p` and `validation-result`: which captcha.',
      schema: id.schema,
      example: id.example,
    }),
    parameter('i', 'query', {
      description: 'For `get=validation-result`: what the visitor typed.',
      schema: text,
      example: 'AMHWLTX3',
    }),
    parameter('p', 'query', {
      description: 'For `get=validation-result`: the result of the work, which may be left out.',
      schema: { type: 'string', pattern: '^[0-9]+$' },
      example: '568711793',
    }),
    parameter('d', 'query', {
      description: 'For `get=sound`: when it is there, the sound is for a player and no download.',
      schema: text,
      example: '1',
    }),
    parameter('mode', 'query', {
      description:
        'For `get=html`: whether the icons come with the markup (`frontal`), or by calls of the API like all the rest (`backend`).',
      schema: { type: 'string', enum: ['frontal', 'backend'], default: 'frontal' },
      example: 'frontal',
    }),
    parameter('script', 'query', {
      description:
        'For `get=html`: with `defer` the page is shown while the script of the markup loads. Only for pages that use `botdetect` later.',
      schema: { type: 'string', enum: ['defer'] },
      example: 'defer',
    }),
    parameter('cs', 'query', {
      description: 'Accepted for clients that send it. It changes nothing.',
      schema: text,
      example: 'default',
    }),
    rangeHeader,
  ],
  responses: {
    ...shared(ENDPOINT),
    200: json('The part.', {
      'text/html': { schema: text, example: '<div>…</div>' },
      'text/css': { schema: text, example: '.BDC_CaptchaDiv{…}' },
      'text/javascript': { schema: text, example: '(()=>{…})();' },
      'image/png': { schema: binary, example: '\u0089PNG…' },
      ...sound,
      'application/json': {
        schema: { description: 'For `p` where the work starts and what it leads to; else the bare word.' },
        examples: {
          p: {
            value: { sp: '568668182', hs: '892eeaa9a5863c1b1fdc09b568ea5b990d0797b1' } satisfies WorkAnswer,
          },
          'validation-result': { value: true },
        },
      },
    }),
    ...soundParts(ENDPOINT),
    304: {
      description: 'The script, the style sheet or the icon is still what `If-None-Match` says it was.',
    },
    400: either(errorAnswer('token_missing', ENDPOINT), errorAnswer('bad_style', ENDPOINT)),
    404: errorAnswer('unknown_challenge', ENDPOINT),
  },
}

/** This dialect's part of `/openapi.json`. */
export const v1Document: DocumentPart = {
  tags: [
    {
      name: TAG,
      description:
        'A captcha as a piece of HTML with its own script: BotDetect’s Simple API, as CaptchEtat v1 has it.',
    },
  ],
  paths: versionPaths({
    tag: TAG,
    base: V1,
    version: 'V1',
    id,
    validation: {
      schema: 'validerCaptchaV1',
      example: { id: id.example, code: 'AMHWLTX3' } satisfies ValidationRequest,
    },
    captcha,
  }),
  schemas: {
    validerCaptchaV1: record({
      id: { type: 'string', description: 'Which captcha. Also accepted as `captchaId`.' },
      code: {
        type: 'string',
        description: 'What the visitor typed. Also accepted as `userEnteredCaptchaCode`.',
      },
    }),
  },
}
