import type { DocumentPart, Operation, Parameter, Schema } from '../../openapi/types.ts'
import type {
  ChallengeAnswer,
  ChallengeAnswer2,
  RedeemAnswer,
  RefusedAnswer,
  SiteverifyAnswer,
} from './wire.ts'

const tag = 'Cap'
const text: Schema = { type: 'string' }
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })

const TICKET = 'B6Igd0Y1JmVY0c9RzvG1pAUUCnTrCXc7sL8mQv2xHqkE'
const PASS = 'B6Igz3oFQ1y2bJr0m9xkTfWc5uVtq7NaPdL4GhSeYiRo'
const EXPIRING = { expires: 1_800_001_200_000, expires_in: 1200 }
const [SALT, TARGET] = ['5b1a33c1ff6a5b2bb2f6f2f9e0a7d1c4', 'c0de']

const publicKey: Parameter = {
  name: 'publicKey',
  in: 'path',
  required: true,
  description: "The site's public key.",
  schema: { type: 'string', pattern: '^[0-9a-f]{30}$' },
  example: '0123456789abcdef0123456789abcd',
}
const always = 'Whatever it says, the status of HTTP is 200.'

/** An answer, or a refusal in its place. */
const answered = (schema: string, value: object) => ({
  200: {
    description: always,
    content: {
      'application/json': {
        schema: ref(schema),
        examples: {
          answered: { value },
          refused: { value: { success: false, error: 'The site is unknown.' } satisfies RefusedAnswer },
        },
      },
    },
  },
})

const operation = (
  operationId: string,
  summary: string,
  rest: Omit<Operation, 'tags' | 'operationId' | 'summary'>,
): Operation => ({ tags: [tag], operationId, summary, security: [], ...rest })

/** What a browser asks before it lets a page of another origin make a call. */
const preflight = (operationId: string): Operation =>
  operation(operationId, 'Whether a page of another origin may call', {
    parameters: [publicKey],
    responses: { 204: { description: 'With `Access-Control-Allow-Origin` where the site admits the page.' } },
  })

const challenge = (operationId: string, summary: string, schema: string, example: object) => ({
  post: operation(operationId, summary, {
    description: 'Takes no body. The solutions of all puzzles redeem the token once, within its life.',
    parameters: [publicKey],
    responses: answered(schema, example),
  }),
  options: preflight(`${operationId}Preflight`),
})

const siteverify = (operationId: string, parameters: Parameter[]): Operation =>
  operation(operationId, 'Whether a visitor passed', {
    description:
      'For back ends. A token is good once, within its life. An answer whose connection closed before it was written is given once more ' +
      'within 5 seconds.',
    parameters,
    requestBody: {
      required: true,
      description:
        'A JSON object, form-encoded or multipart with the same fields; `Content-Type` is not looked at.',
      content: Object.fromEntries(
        ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'].map(type => [
          type,
          {
            schema: ref('CapVerification'),
            example: { secret: 'fedcba9876543210fedcba98765432', response: PASS },
          },
        ]),
      ),
    },
    responses: answered('CapVerdict', { success: true } satisfies SiteverifyAnswer),
  })

const error: Schema = { type: 'string', description: 'What is wrong, where something is.' }
const success: Schema = { type: 'boolean', description: 'False for whatever is refused.' }
const expiring: Record<string, Schema> = {
  token: text,
  expires: { type: 'integer', description: 'Milliseconds since 1970.' },
  expires_in: { type: 'integer', description: 'Seconds.' },
}
const answer = (properties: Record<string, Schema>): Schema => ({
  type: 'object',
  properties: { ...properties, success, error },
})

/** This dialect's part of `/openapi.json`. */
export const capDocument: DocumentPart = {
  tags: [
    {
      name: tag,
      description:
        'Proof of work: puzzles of SHA-256 that a browser solves by itself. `/cap` may be left out of each path.',
    },
  ],
  paths: {
    '/cap/{publicKey}/challenge': challenge('capChallenge', 'Puzzles to solve', 'CapChallenge', {
      challenge: [[SALT, TARGET]],
      token: TICKET,
      ...EXPIRING,
    } satisfies ChallengeAnswer),
    '/cap/{publicKey}/2/challenge': challenge('capChallenge2', 'The same in format 2', 'CapChallenge2', {
      format: 2,
      challenges: [{ protocol: 'sha256-pow', payload: { salt: SALT, target: TARGET } }],
      token: TICKET,
      ...EXPIRING,
    } satisfies ChallengeAnswer2),
    '/cap/{publicKey}/redeem': {
      post: operation('capRedeem', 'A token for the form, in return for the solutions', {
        description:
          'Once for each token of a challenge: a wrong solution spends it too. From the page that the challenge was issued to.',
        parameters: [publicKey],
        requestBody: {
          required: true,
          description: 'A JSON object; `Content-Type` is not looked at.',
          content: {
            'application/json': {
              schema: ref('CapSolution'),
              example: { token: TICKET, solutions: [60_481] },
            },
          },
        },
        responses: answered('CapRedeemed', {
          success: true,
          token: PASS,
          ...EXPIRING,
        } satisfies RedeemAnswer),
      }),
      options: preflight('capRedeemPreflight'),
    },
    '/cap/{publicKey}/siteverify': { post: siteverify('capSiteverify', [publicKey]) },
    '/cap/siteverify': { post: siteverify('capSiteverifyBySecret', []) },
  },
  schemas: {
    CapChallenge: answer({
      challenge: {
        type: 'array',
        description: 'Of each puzzle the salt, and the hexadecimal digits that a hash has to start with.',
        items: { type: 'array', items: text },
      },
      ...expiring,
    }),
    CapChallenge2: answer({
      format: { type: 'integer', enum: [2] },
      challenges: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            protocol: { type: 'string', enum: ['sha256-pow'] },
            payload: { type: 'object', properties: { salt: text, target: text } },
          },
        },
      },
      ...expiring,
    }),
    CapSolution: {
      type: 'object',
      required: ['token', 'solutions'],
      properties: {
        token: { type: 'string', description: 'From the challenge.' },
        solutions: {
          type: 'array',
          description:
            'A number for each puzzle, or an object with that number as its `nonce`: the decimal digits of the number after the salt ' +
            'hash to something that starts with the target.',
          items: { type: ['integer', 'object'] },
        },
      },
    },
    CapRedeemed: answer(expiring),
    CapVerification: {
      type: 'object',
      required: ['secret', 'response'],
      properties: {
        secret: { type: 'string', description: "The site's secret." },
        response: { type: 'string', description: 'From the field `cap-token` of the form.' },
        remoteip: { type: 'string', description: 'Ignored.' },
      },
    },
    CapVerdict: answer({}),
  },
}
