import { MIN_SUBJECT } from '@upright/core'
import {
  type Answer,
  commonAnswers,
  type DocumentPart,
  errorAnswer,
  json,
  type Operation,
  type Parameter,
  type Schema,
} from '../openapi/types.ts'
import type { ImportResult } from '../pictures/import.ts'
import { shown } from '../pictures/picture.ts'
import { usage } from '../pictures/tally.ts'
import { type PictureEntry, STATES, STATUSES } from '../registry/picture.ts'
import { MAX_FIELD_LENGTHS } from '../registry/picture-fields.ts'
import { DEFAULTS, FEED_LIMIT, MAX_ENTRIES } from './pictures.ts'

const tag = 'Pictures'
const text: Schema = { type: 'string' }
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })

/** The dark head of a cat, as small as a picture may be. */
const CAT =
  'data:image/webp;base64,UklGRpwAAABXRUJQVlA4IJAAAACwDgCdASrIAMgAP83k7W+/trIrJl8IA/A5iWlu4XShG0Fcas/Vn6s/Vn6s/Vn6s/Vn6s/VlqM42' +
  'uxNhpmyj3JVss7NoWiVbLNdp95Q1a6aW4z2vCGtp94z9G2F+FwhrafeUNYaZfhcIfu3NkjGl+lQzaGbQzaGbQzaGbQzXQAA/v3cADv/oS4P9CTgAAAAAAA='

const rex = {
  name: 'Rex',
  species: 'dog',
  status: 'ADOPTION',
  shelter: 'Refuge de Sens',
  city: 'Sens',
  link: 'https://refuge.example/rex',
  credit: 'A. Martin',
  licence: 'CC-BY-4.0',
  source: 'https://refuge.example',
} as const
const entry: PictureEntry = {
  id: 1,
  ...rex,
  state: 'serving',
  lean: 0,
  machineEase: 0.29,
  subject: { x: 0.18, y: 0.1, width: 0.62, height: 0.8 },
  weight: 1,
  doubted: 0,
  fingerprint: '3cccc333c34c3cc3',
  created: Date.UTC(2026, 10, 21),
}

const imported: ImportResult = {
  added: [{ where: 'entry 1', id: 1, name: 'Rex' }],
  duplicates: [{ where: 'entry 2', like: { id: 1, name: 'Rex' } }],
  refused: [{ where: 'entry 3', code: 'bad_picture', why: 'it is a GIF, not JPEG, PNG, WebP or AVIF' }],
}

const id: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: "The picture's number.",
  schema: { type: 'integer', minimum: 1 },
  example: 1,
}
const inQuery = (name: string, description: string, schema: Schema, example: string): Parameter => ({
  name,
  in: 'query',
  description,
  schema,
  example,
})

const refusals: Record<string, Answer> = {
  401: {
    ...errorAnswer('operator_required'),
    headers: {
      'WWW-Authenticate': {
        description: 'With `error` where a token was sent.',
        schema: text,
        example: 'Bearer realm="Upright", error="invalid_token"',
      },
    },
  },
  ...commonAnswers(errorAnswer),
}
const unknown = { 404: errorAnswer('picture_unknown') }

const operation = (
  operationId: string,
  summary: string,
  { responses, ...rest }: Omit<Operation, 'tags' | 'operationId' | 'summary'>,
): Operation => ({
  tags: [tag],
  operationId,
  summary,
  security: [{ operator: [] }],
  ...rest,
  responses: { ...responses, ...refusals },
})

const status: Schema = { type: 'string', enum: STATUSES, description: 'What the animal waits for.' }
const state: Schema = {
  type: 'string',
  enum: STATES,
  description: '`candidate`s are shown beside those that are judged by, those set `aside` no more.',
}
const subject = {
  type: 'object',
  required: ['x', 'y', 'width', 'height'],
  description: 'The box around the animal, in shares of the side: every disc shows it.',
  properties: {
    x: { type: 'number', description: 'Its left edge.' },
    y: { type: 'number', description: 'Its top edge.' },
    width: { type: 'number', minimum: MIN_SUBJECT },
    height: { type: 'number', minimum: MIN_SUBJECT },
  },
} satisfies Schema
const facts: Record<string, Schema> = {
  ...Object.fromEntries(
    Object.entries(MAX_FIELD_LENGTHS).map(([name, maxLength]) => [name, { type: 'string', maxLength }]),
  ),
  status,
}
const place: Record<string, Schema> = {
  where: { type: 'string', description: 'The entry, counted from 1.' },
}
const known: Record<string, Schema> = { id: { type: 'integer' }, name: text }
const listOf = (description: string, properties: Record<string, Schema>): Schema => ({
  type: 'array',
  description,
  items: { type: 'object', required: Object.keys(properties), properties },
})

/** The operators' part of `/openapi.json`. */
export const adminDocument: DocumentPart = {
  tags: [
    {
      name: tag,
      description:
        'The animals of discs, for operators. What is changed here is seen by every challenge at once; other processes on the same data notice ' +
        'within a second.',
    },
  ],
  paths: {
    '/admin/api/pictures': {
      get: operation('pictures', 'Every picture', {
        parameters: [inQuery('state', 'Only those in this state.', state, 'serving')],
        responses: {
          200: json(
            'In the order of their numbers.',
            {
              type: 'object',
              required: ['pictures'],
              properties: { pictures: { type: 'array', items: ref('Picture') } },
            },
            { pictures: [{ ...shown(entry), use: usage() }] },
          ),
          400: errorAnswer('bad_request', 'There is no such state.'),
        },
      }),
      post: operation('importPictures', 'Import pictures', {
        description:
          `A JSON feed as \`upright picture import\` takes it, with its pictures as \`data:\` URLs: at most ${MAX_ENTRIES} entries and ` +
          `${FEED_LIMIT / 2 ** 20} MiB, sent within 30 seconds. Each entry succeeds or fails by itself; sending it again adds only what is new. ` +
          'One import runs at a time.',
        parameters: [
          inQuery('state', '`serving` or `candidate`.', { type: 'string', default: 'serving' }, 'candidate'),
          ...DEFAULTS.map(name =>
            inQuery(name, 'For entries that do not tell their own.', facts[name]!, rex[name]),
          ),
        ],
        requestBody: {
          required: true,
          description: 'An array of entries, or an object with such an array.',
          content: {
            'application/json': {
              schema: { type: 'array', items: ref('PictureDraft') },
              example: [{ picture: CAT, ...rex }],
            },
          },
        },
        responses: {
          200: json('The result of each entry, also when none was added.', ref('PictureImport'), imported),
          400: {
            ...errorAnswer('bad_picture', 'The body is no feed, or a parameter is not understood.'),
          },
          413: errorAnswer('body_too_large'),
          429: {
            ...errorAnswer('import_busy'),
            headers: {
              'Retry-After': { description: 'Seconds.', schema: { type: 'integer' }, example: 5 },
            },
          },
        },
      }),
    },
    '/admin/api/pictures/{id}': {
      get: operation('picture', 'One picture', {
        parameters: [id],
        responses: {
          200: json('What is known of it.', ref('Picture'), { ...shown(entry), use: usage() }),
          ...unknown,
        },
      }),
      patch: operation('changePicture', 'Change what is known of a picture', {
        description: 'What is left out stays as it is.',
        parameters: [id],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: ref('PictureChange'),
              example: { status: 'NONE', state: 'aside' },
            },
          },
        },
        responses: {
          200: json('What is known of it now.', ref('Picture'), {
            ...shown({ ...entry, status: 'NONE', state: 'aside' }),
            use: usage(),
          }),
          400: errorAnswer('bad_request', 'The body is no JSON object, or a fact is none.'),
          413: errorAnswer('body_too_large'),
          ...unknown,
        },
      }),
      delete: operation('removePicture', 'Remove a picture', {
        description: 'No challenge shows it any more. Its number is never used again.',
        parameters: [id],
        responses: { 204: { description: 'It is gone.' }, ...unknown },
      }),
    },
    '/admin/api/pictures/{id}/file': {
      get: operation('pictureFile', "A picture's prepared file", {
        parameters: [id],
        responses: {
          200: {
            description: 'A square of 448 pixels.',
            content: { 'image/webp': { schema: { type: 'string', format: 'binary' }, example: 'RIFF…' } },
          },
          ...unknown,
        },
      }),
    },
  },
  schemas: {
    Picture: {
      type: 'object',
      required: [...Object.keys(shown(entry)), 'use'],
      properties: {
        id: { type: 'integer' },
        ...facts,
        state,
        lean: {
          type: 'number',
          description: 'Degrees by which it leans clockwise; it is turned back by them.',
        },
        machineEase: {
          type: 'number',
          description: 'Machine ease: the chance of a simple machine to see what is up, 0 to 1.',
        },
        subject: {
          ...subject,
          type: ['object', 'null'],
          description: `${subject.description} Null until it was looked for.`,
        },
        easy: { type: 'boolean', description: 'Whether that is plainer than is good.' },
        weight: { type: 'number', description: 'How often it is chosen, beside others of weight 1.' },
        doubted: {
          type: ['string', 'null'],
          format: 'date-time',
          description: 'When it was set aside because people disagree on it.',
        },
        fingerprint: {
          type: 'string',
          pattern: '^[0-9a-f]{16}$',
          description: 'Pictures that look alike differ in few of its bits.',
        },
        created: { type: 'string', format: 'date-time' },
        use: {
          type: 'object',
          description: 'How it was used. What answers say is null until there are enough.',
          properties: {
            shown: { type: 'integer', description: 'How many times its disc was drawn.' },
            answers: { type: 'integer', description: 'How many there are.' },
            people: {
              type: ['number', 'null'],
              description: 'The share of them that are no guesses, 0 to 1.',
            },
            agree: { type: ['number', 'null'], description: 'The share of those that agrees, 0 to 1.' },
            mean: {
              type: ['number', 'null'],
              description: 'Degrees by which they find it leaning clockwise.',
            },
            spread: { type: ['number', 'null'], description: 'Their standard deviation, in degrees.' },
          },
        },
      },
    },
    PictureDraft: {
      type: 'object',
      required: ['picture'],
      properties: {
        picture: {
          type: 'string',
          pattern: '^data:',
          description:
            'JPEG, PNG, WebP or AVIF as a base64 `data:` URL. Paths and other addresses are refused.',
        },
        ...facts,
        crop: {
          type: 'object',
          description: 'The square that is used.',
          properties: {
            x: { type: 'number', description: 'Its middle, 0 to 1 of the width.' },
            y: { type: 'number', description: 'Its middle, 0 to 1 of the height.' },
            side: { type: 'number', description: '0 to 1 of the shorter side.' },
          },
        },
      },
    },
    PictureChange: { type: 'object', properties: { ...facts, state, subject } },
    PictureImport: {
      type: 'object',
      required: ['added', 'duplicates', 'refused'],
      properties: {
        added: listOf('New pictures.', { ...place, ...known }),
        duplicates: listOf('Passed over, because they look like one that is there or came before.', {
          ...place,
          like: { type: 'object', required: ['id', 'name'], properties: known },
        }),
        refused: listOf('Not usable.', {
          ...place,
          code: { type: 'string', description: 'A code of the error table.' },
          why: { type: 'string', description: 'In words.' },
        }),
      },
    },
  },
  securitySchemes: {
    operator: {
      type: 'http',
      scheme: 'bearer',
      description: "An operator's token, from `upright operator add`.",
    },
  },
}
