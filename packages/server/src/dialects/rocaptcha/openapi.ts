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
import { STATUSES as ANIMAL_STATUSES } from '../../registry/picture.ts'
import { formPart } from './form.ts'
import {
  type AnimalAnswer,
  type ChallengeAnswer,
  type FormAnswer,
  type OfferedWork,
  STATUSES,
  type VerifyAnswer,
  type WorkAnswer,
} from './wire.ts'

const tag = 'RoCAPTCHA'
const text: Schema = { type: 'string' }
const HASH = 'd6f533f7743c449eb49679fb2192b46c0000000091d0c3a7'
/** Work of rung 1. */
const WORK: OfferedWork = {
  id: 'c3a1f0d2-5b6e-4c7d-8e9f-0a1b2c3d4e5f',
  function: 'scrypt',
  nonce: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  salt: '00112233445566778899aabbccddeeff',
  cost: 8192,
  memory: 8,
  puzzles: 1,
  limit: 2_147_483_648,
}
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })

const inQuery = (name: string, description: string, example: string, required = false): Parameter => ({
  name,
  in: 'query',
  description,
  schema: text,
  example,
  ...(required && { required }),
})
const key = inQuery('key', "The site's public key.", '0123456789abcdef0123456789abcd', true)
const lang = inQuery(
  'lang',
  '`en`, `cs`, `fr`, `de`, `es`, `it` or `ar`; `cs-CZ` is `cs`, others `en`.',
  'cs',
)
const callback = inQuery(
  'callback',
  'The function to call: letters, digits, `_`, `$` and dots, 64 at most. The answer is a script then (JSONP).',
  'shop.captcha._1',
)
const hash: Parameter = {
  name: 'hash',
  in: 'path',
  required: true,
  description: 'The hash.',
  schema: { type: 'string', pattern: '^[0-9a-f]{48}$' },
  example: HASH,
}
const angle: Parameter = {
  name: 'angle',
  in: 'path',
  required: true,
  description: 'The response.',
  schema: { type: 'string' },
  example: '137',
}

const always = 'Whatever `status` says, the status of HTTP is 200.'

/** An answer to a page; `others` are examples beside the first one, by name. */
const toPage = (
  schema: string,
  example: object,
  others?: Record<string, { summary: string; value: object }>,
): Record<string, Answer> => ({
  200: {
    description: `${always} With \`callback\`, a script.`,
    content: {
      'application/json': {
        schema: ref(schema),
        ...(others ? { examples: { usual: { value: example }, ...others } } : { example }),
      },
      'text/javascript': { schema: text, example: `/**/shop.captcha._1(${JSON.stringify(example)});` },
    },
  },
})

/** Refusals of every picture and every sound. */
const refusals: Record<string, Answer> = {
  404: errorAnswer('unknown_challenge'),
  429: quotaAnswer,
  ...commonAnswers(errorAnswer),
}

const operation = (
  operationId: string,
  summary: string,
  rest: Omit<Operation, 'tags' | 'operationId' | 'summary'>,
): Operation => ({ tags: [tag], operationId, summary, security: [], ...rest })

const wav = { 'audio/x-wav': { schema: { type: 'string', format: 'binary' }, example: 'RIFF…' } }

const verify = (operationId: string, summary: string, parameters: Parameter[]): Operation =>
  operation(operationId, summary, {
    description:
      'For back ends. Checked in this order: private key, hash and its site, expiry, form of the response, session, angle. Only `PASSED` and `FAILED` spend ' +
      'the hash; a spent one is `WRONG_HASH`, an expired one `TIMEOUT` for a day at least. The answer has 200 bytes at most.',
    parameters: [
      ...parameters,
      {
        name: 'Cookie',
        in: 'header',
        description:
          '`sessionid`: the session of the visitor. Where it is given and the hash was made for a session, they must be the same.',
        schema: text,
        example: 'sessionid=6f2a91',
      },
    ],
    requestBody: {
      required: true,
      description:
        'Form-encoded, multipart or a JSON object with the same fields; `Content-Type` is not looked at.',
      content: {
        'application/x-www-form-urlencoded': {
          schema: ref('RocaptchaVerification'),
          example: { key: 'fedcba9876543210fedcba98765432', hash: HASH, response: '137' },
        },
        'multipart/form-data': { schema: ref('RocaptchaVerification') },
        'application/json': { schema: ref('RocaptchaVerification') },
      },
    },
    responses: {
      200: {
        description: always,
        content: {
          'application/json': {
            schema: ref('RocaptchaVerdict'),
            examples: {
              passed: { value: { status: 'PASSED' } satisfies VerifyAnswer },
              thanked: {
                summary: 'With `lang`',
                value: { status: 'PASSED', thanks: 'Rex děkuje.' } satisfies VerifyAnswer,
              },
              failed: { value: { status: 'FAILED', content: 'FAILED' } satisfies VerifyAnswer },
            },
          },
        },
      },
    },
  })

const status: Schema = { type: 'string', enum: STATUSES }
const animalStatus: Schema = { type: 'string', enum: ANIMAL_STATUSES }
const answer = (properties: Record<string, Schema>): Schema => ({
  type: 'object',
  required: ['status'],
  properties: { status, ...properties },
})

/** This dialect's part of `/openapi.json`. */
export const rocaptchaDocument: DocumentPart = {
  tags: [
    {
      name: tag,
      description:
        'A picture of an animal to turn upright, or a spoken number to type. The slash at the end may be left out, and `/rocaptcha` may ' +
        'stand before the path.',
    },
  ],
  paths: {
    '/demo/rocaptcha': {
      post: {
        tags: ['Pages'],
        summary: "The demo page's own back end",
        description:
          'What any back end does with a form that has the RoCAPTCHA widget in it, but for the demo site alone: it needs no private key. ' +
          'A site of your own asks `/api/verify/`.',
        operationId: 'demoRocaptcha',
        security: [],
        requestBody: {
          required: true,
          content: {
            'application/x-www-form-urlencoded': {
              schema: {
                type: 'object',
                required: ['rocaptcha_challenge_field', 'rocaptcha_response_field'],
                properties: {
                  rocaptcha_challenge_field: { type: 'string', description: 'The hash.' },
                  rocaptcha_response_field: { type: 'string', description: 'The response.' },
                },
              },
              example: {
                rocaptcha_challenge_field: 'd6f533f7743c449eb49679fb2192b46c0000000091d0c3a7',
                rocaptcha_response_field: '137',
              },
            },
          },
        },
        responses: {
          200: json(
            'The result of it.',
            { $ref: '#/components/schemas/RocaptchaVerdict' },
            { status: 'PASSED' },
          ),
          404: errorAnswer('not_found', 'The demo site was removed.'),
          413: errorAnswer('body_too_large'),
          429: quotaAnswer,
          ...commonAnswers(errorAnswer),
        },
      },
    },
    '/api/js/': {
      get: operation('rocaptchaScript', 'The widget', {
        description: 'Defines `RoCaptcha`, for `RoCaptcha.init(id)` and `new RoCaptcha(id).init()`.',
        parameters: [
          { ...key, required: false },
          lang,
          inQuery('error', 'What the widget is to say, encoded or not.', 'Try again'),
        ],
        responses: {
          200: {
            description: 'The script.',
            content: {
              'text/javascript': { schema: text, example: 'globalThis.RoCaptchaSettings={…};\n(()=>{…})();' },
            },
          },
          ...fileAnswers('The pages have not been built.', 'script'),
        },
      }),
    },
    '/api/work/': {
      get: operation('rocaptchaWorkScript', 'What solves work for the widget', {
        description: 'A module that the widget loads when it is asked for work first.',
        responses: {
          200: {
            description: 'A script, for pages of all origins.',
            content: { 'text/javascript': { schema: text, example: 'export{…};' } },
          },
          ...fileAnswers('The pages have not been built.', 'script'),
        },
      }),
    },
    '/api/form/': {
      get: operation('rocaptchaForm', 'A part of a form', {
        description: 'An element for the widget to fill and the three fields that the form sends.',
        parameters: [key, lang, callback],
        responses: toPage('RocaptchaForm', {
          status: 'OK',
          content: formPart({
            language: 'cs',
            key: '0123456789abcdef0123456789abcd',
            origin: 'https://captcha.example.org',
          }),
        } satisfies FormAnswer),
      }),
    },
    '/api/generate/': {
      get: operation('rocaptchaGenerate', 'A new challenge', {
        description:
          'Its hash, to show and to judge by. `ERROR` where the library holds no picture, where the site does not allow the page, and past ' +
          'its quota, or the visitor their rate (`Retry-After` says how long). A visitor past their rate may do the `work` of the answer ' +
          'instead of waiting, and ask again with its solution: such requests have a rate of their own.',
        parameters: [
          key,
          lang,
          callback,
          inQuery('session', 'The session of the visitor, which the hash is made for.', '6f2a91'),
          inQuery('kind', '`sound` for a number that is spoken in `lang`, else a picture.', 'sound'),
          inQuery(
            'work',
            '`ask` from clients that do work: on rungs 2 and 3 they get `work` in the place of a hash. Or the id of work that was done.',
            WORK.id,
          ),
          inQuery(
            'solution',
            'A counter for each puzzle of that work, separated by commas. Where it is wrong or spent, the request counts as one without work.',
            '11',
          ),
        ],
        responses: toPage(
          'RocaptchaChallenge',
          { status: 'OK', content: HASH, animal_status: 'ADOPTION' } satisfies ChallengeAnswer,
          {
            work: {
              summary: 'Past a rate limit, or asked for work',
              value: { status: 'ERROR', work: WORK } satisfies WorkAnswer,
            },
          },
        ),
      }),
    },
    '/api/image/{hash}/': {
      get: operation('rocaptchaImage', "A challenge's picture", {
        description: 'The same as often as it is asked for, until the challenge expires.',
        parameters: [hash],
        responses: {
          200: {
            description: 'A round picture, turned by an angle.',
            content: {
              'image/jpeg': { schema: { type: 'string', format: 'binary' }, example: '\u00ff\u00d8…' },
            },
          },
          ...refusals,
        },
      }),
    },
    '/api/sound/{hash}/': {
      get: operation('rocaptchaSound', "A challenge's number, spoken digit by digit", {
        parameters: [
          hash,
          {
            name: 'Range',
            in: 'header',
            description: 'Which bytes.',
            schema: text,
            example: 'bytes=0-1023',
          },
        ],
        responses: {
          200: { description: 'PCM, 16 bit, mono, 16 kHz.', content: wav },
          206: {
            description: 'A part of a sound.',
            headers: { 'Content-Range': { schema: text, example: 'bytes 0-1023/130044' } },
            content: wav,
          },
          416: errorAnswer('bad_range'),
          ...refusals,
        },
      }),
    },
    '/api/animal/{hash}/': {
      get: operation('rocaptchaAnimal', 'Whom the visitor turned upright', {
        description:
          'Available for a hash that has `PASSED`, until it would have expired; otherwise `WRONG_HASH`.',
        parameters: [hash, callback],
        responses: toPage('RocaptchaAnimal', {
          status: 'OK',
          animal: {
            name: 'Rex',
            species: 'dog',
            status: 'ADOPTION',
            shelter: 'Útulek Louny',
            city: 'Louny',
            link: 'https://shelter.example.org/rex',
          },
        } satisfies AnimalAnswer),
      }),
    },
    '/api/verify/': { post: verify('rocaptchaVerify', 'Whether a visitor turned the picture upright', []) },
    '/api/verify/{hash}/': {
      post: verify('rocaptchaVerifyHash', 'The same, with the hash in the address', [hash]),
    },
    '/api/verify/{hash}/{angle}/': {
      post: verify('rocaptchaVerifyAngle', 'The same, with hash and response in the address', [hash, angle]),
    },
  },
  schemas: {
    RocaptchaForm: answer({ content: { type: 'string', description: 'HTML.' } }),
    RocaptchaChallenge: answer({
      content: { type: 'string', description: 'The hash.' },
      animal_status: animalStatus,
      sound: { type: 'string', description: 'Path of the sound, where one was asked for.' },
      work: ref('RocaptchaWork'),
    }),
    RocaptchaWork: {
      type: 'object',
      description:
        'Puzzle i is solved by a counter c when the first 32 bits of the key are below `limit`. The password of the key is the nonce, i and c (four bytes each, the highest first).',
      required: ['id', 'function', 'nonce', 'salt', 'cost', 'puzzles', 'limit'],
      properties: {
        id: { type: 'string', description: 'For the parameter `work`.', format: 'uuid' },
        function: { type: 'string', enum: ['sha256', 'pbkdf2', 'scrypt'] },
        nonce: { type: 'string', pattern: '^[0-9a-f]{32}$' },
        salt: { type: 'string', pattern: '^[0-9a-f]{32}$' },
        cost: { type: 'integer' },
        memory: { type: 'integer' },
        puzzles: { type: 'integer' },
        limit: { type: 'integer' },
      },
    },
    RocaptchaVerdict: answer({
      content: { ...status, description: 'The status once more; absent where it is `PASSED`.' },
      thanks: {
        type: 'string',
        description: 'With `lang`: thanks from the animal, as text. It has to be escaped for HTML.',
      },
    }),
    RocaptchaAnimal: answer({
      animal: {
        type: 'object',
        required: ['name', 'species', 'status', 'shelter', 'city', 'link'],
        properties: {
          name: text,
          species: text,
          status: animalStatus,
          shelter: text,
          city: text,
          link: { type: 'string', description: 'Address of its own page, or empty.' },
        },
      },
    }),
    RocaptchaVerification: {
      type: 'object',
      required: ['key', 'hash', 'response'],
      properties: {
        key: { type: 'string', description: "The site's private key: its secret." },
        hash: { type: 'string', description: 'From `rocaptcha_challenge_field`.' },
        response: {
          type: 'string',
          pattern: '^[0-9]{1,3}$',
          description:
            'From `rocaptcha_response_field`: degrees clockwise, 0 to 360, or the number that was spoken.',
        },
        remoteip: {
          type: 'string',
          description:
            "The visitor's address, for whose network the response counts; other texts are ignored.",
        },
        lang: { type: 'string', description: 'Asks for `thanks`.' },
      },
    },
  },
}
