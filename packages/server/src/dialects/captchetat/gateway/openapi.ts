import type { Answer, DocumentPart, Operation, Parameter, Paths } from '../../../openapi/types.ts'
import { body, either, errorAnswer, json, ref, shared, verdict } from './openapi-answers.ts'
import { examples, pisteSchemas, securitySchemes } from './openapi-schemas.ts'
import { tokenOperation } from './openapi-token.ts'
import type { AboutAnswer } from './wire.ts'

const PREFIX = '/s/{publicKey}'
const ACCESS = [{ oauth: ['piste.captchetat'] }, { apiKey: [] }]

const CORS: Record<string, string> = {
  'Access-Control-Allow-Origin': 'https://www.example.org',
  'Access-Control-Allow-Methods': 'GET, POST',
  'Access-Control-Allow-Headers': 'authorization, content-type, keyid',
}

/** CORS preflight requests. */
const preflight = (path: string, { tags, operationId, parameters = [] }: Operation): Operation => ({
  tags,
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
    431: errorAnswer('header_too_large', path),
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

/** The operation of a call for version, information or health. */
const statusCall = (
  tag: string,
  path: string,
  operationId: string,
  summary: string,
  schema: string,
): Operation => ({
  tags: [tag],
  summary,
  operationId,
  responses: { 200: json('OK', body(schema, examples[schema])), ...shared(path) },
})

/** What is at the base itself, for anybody. */
const about = (base: string, name: string, operationId: string): Operation => ({
  tags: [name],
  summary: 'Name, version and routes',
  operationId,
  security: [],
  responses: {
    200: json(
      'OK',
      body('About', {
        name,
        version: '0.1.0',
        routes: [`GET ${base}/healthcheck`],
        openapi: '/openapi.json',
      } satisfies AboutAnswer),
    ),
    414: errorAnswer('url_too_long', base),
    431: errorAnswer('header_too_large', base),
    500: errorAnswer('internal', base),
  },
})

/** Methods of a path below a base. */
type Calls = Record<string, { get?: Operation; post?: Operation }>

/** A check answers `false` where other calls refuse, unless it is access that is refused. */
const accessRefusals = ({ 400: missing, 401: invalid, 403: forbidden }: Record<string, Answer>) =>
  ({ 400: missing, 401: invalid, 403: forbidden }) as Record<string, Answer>

/** The calls that every version answers alike. */
function commonCalls({ tag, base, version, id, validation }: Version): Calls {
  const validate = `${base}/valider-captcha`
  const below = `/captcha/{${id.name}}/code/infos`
  const infos = base + below
  const health = `${base}/healthcheck`
  return {
    '/valider-captcha': {
      post: {
        tags: [tag],
        summary: 'Whether a code is right',
        description:
          'The body of the answer is the bare word. `false` says nothing of why: wrong, missing, unknown, expired, spent, of another ' +
          'site, longer than any body may be, asked for too often (with `Retry-After`), or nobody could tell because a part of the ' +
          'service is down (the log says which). Letter case, spaces, hyphens and invisible characters do not count, a number is read as its ' +
          'text, and a body that is not JSON is read as a form, multipart or not.',
        operationId: `validate${version}`,
        requestBody: {
          required: true,
          content: {
            ...body(validation.schema, validation.example),
            'application/x-www-form-urlencoded': { schema: ref(validation.schema) },
            'multipart/form-data': { schema: ref(validation.schema) },
          },
        },
        responses: {
          ...accessRefusals(shared(validate)),
          200: json('`true` or `false`', verdict),
        },
      },
    },
    [below]: {
      get: {
        tags: [tag],
        summary: "A code's length and characters",
        operationId: `codeInfo${version}`,
        parameters: [{ in: 'path', required: true, description: 'Which captcha.', ...id }],
        responses: {
          ...shared(infos),
          200: json('OK', body('CodeInfo', examples.CodeInfo)),
          400: either(errorAnswer('token_missing', infos), errorAnswer('bad_request', infos)),
        },
      },
    },
    '/healthcheck': {
      get: {
        ...statusCall(
          tag,
          health,
          `health${version}`,
          'How the service is, measured just now',
          'resultHealthcheck',
        ),
        responses: {
          ...shared(health),
          200: json('All is well.', body('resultHealthcheck', examples.resultHealthcheck)),
          503: json('A part is down.', body('resultHealthcheck', examples.resultHealthcheckDown)),
        },
      },
    },
    '/version': { get: statusCall(tag, `${base}/version`, `version${version}`, 'The version', 'Version') },
    '/info': {
      get: statusCall(tag, `${base}/info`, `info${version}`, 'The version, in another shape', 'Info'),
    },
  }
}

/** A version of the API, as far as its description needs to know. */
export interface Version {
  tag: string
  base: string
  /** What its operations' names end in. */
  version: string
  /** What its ids look like, and the name of one in an address. */
  id: Pick<Parameter, 'name' | 'schema' | 'example'>
  /** The body of a validation: the name of its shape, and one of them. */
  validation: { schema: string; example: unknown }
  /** `GET /simple-captcha-endpoint` */
  captcha: Operation
}

/** Every path of a version, behind a token and under an open site's prefix. */
export function versionPaths(version: Version): Paths {
  const paths: Paths = {}
  const { tag, base, version: suffix } = version
  const calls = { '/simple-captcha-endpoint': { get: version.captcha }, ...commonCalls(version) }
  for (const [below, methods] of Object.entries(calls)) {
    const path = version.base + below
    const [[method, operation]] = Object.entries(methods) as [[string, Operation]]
    const under = opened(path, operation)
    paths[path] = { [method]: { ...operation, security: ACCESS }, options: preflight(path, operation) }
    paths[PREFIX + path] = { [method]: under, options: preflight(path, under) }
  }
  const root = about(base, tag, `about${suffix}`)
  paths[base] = { get: root }
  paths[PREFIX + base] = {
    get: { ...root, operationId: `open${capital(root.operationId)}`, parameters: [publicKey] },
  }
  return paths
}

/** The gateway's part of `/openapi.json`, and the shapes that every version speaks of. */
export const gatewayDocument: DocumentPart = {
  tags: [{ name: 'Access', description: 'Tokens for back ends.' }],
  paths: { '/api/oauth/token': { post: tokenOperation } },
  schemas: pisteSchemas,
  securitySchemes,
}
