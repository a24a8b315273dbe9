import type { DocumentPart, Operation, Parameter, Paths } from '../../operate/openapi-types.ts'
import { either, errorAnswer, V2 } from './openapi-answers.ts'
import { operations } from './openapi-calls.ts'
import { captchetatSchemas, securitySchemes } from './openapi-schemas.ts'
import { tokenOperation } from './openapi-token.ts'

const PREFIX = '/s/{publicKey}'
const ACCESS = [{ oauth: ['piste.captchetat'] }, { apiKey: [] }]

const CORS: Record<string, string> = {
  'Access-Control-Allow-Origin': 'https://www.example.org',
  'Access-Control-Allow-Methods': 'GET, POST',
  'Access-Control-Allow-Headers': 'authorization, content-type, keyid',
}

/** What a browser asks before it lets a page of another origin call. */
const preflight = (path: string, { operationId, parameters = [] }: Operation): Operation => ({
  tags: ['CaptchEtat v2'],
  summary: 'CORS preflight',
  operationId: `preflight${capital(operationId)}`,
  security: [],
  parameters: parameters.filter(parameter => parameter.in === 'path'),
  responses: {
    204: {
      description: 'The headers are there when the origin is allowed.',
      headers: Object.fromEntries(
        Object.entries(CORS).map(([name, example]) => [name, { schema: { type: 'string' }, example }]),
      ),
    },
    414: errorAnswer('url_too_long', path),
    500: errorAnswer('internal', path),
    503: errorAnswer('unavailable', path),
  },
})

const publicKey: Parameter = {
  name: 'publicKey',
  in: 'path',
  required: true,
  description: "An open site's public key.",
  schema: { type: 'string', pattern: '^[0-9a-f]{30}$' },
  example: '0123456789abcdef0123456789abcd',
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** The same call under an open site's prefix. */
const opened = (path: string, operation: Operation): Operation => ({
  ...operation,
  operationId: `open${capital(operation.operationId)}`,
  description: [operation.description, 'No token is needed from a page of an origin that the site allows.']
    .filter(Boolean)
    .join(' '),
  security: [{}, ...ACCESS],
  parameters: [publicKey, ...(operation.parameters ?? [])],
  responses: {
    404: errorAnswer('not_found', path),
    ...operation.responses,
    403: either(errorAnswer('scope_insufficient', path), errorAnswer('origin_refused', path)),
  },
})

const paths: Paths = { '/api/oauth/token': { post: tokenOperation } }
for (const [path, methods] of Object.entries(operations)) {
  const [[method, operation]] = Object.entries(methods) as [[string, Operation]]
  const under = opened(path, operation)
  paths[V2 + path] = { [method]: { ...operation, security: ACCESS }, options: preflight(path, operation) }
  paths[PREFIX + V2 + path] = { [method]: under, options: preflight(path, under) }
}

/** This dialect's part of `/openapi.json`. */
export const captchetatDocument: DocumentPart = {
  tags: [
    { name: 'Access', description: 'Tokens for back ends.' },
    {
      name: 'CaptchEtat v2',
      description:
        'Pictures of distorted codes, their sound and their validation, as CaptchEtat clients ask for them.',
    },
  ],
  paths,
  schemas: captchetatSchemas,
  securitySchemes,
}
