import { ERRORS } from '@upright/core'
import type { Answer, Operation } from '../../../openapi/types.ts'
import { examples } from './openapi-schemas.ts'
import type { TokenRefusal } from './wire.ts'

const refusal = (error: TokenRefusal['error'], message: string) => ({
  value: { error, error_description: message } satisfies TokenRefusal,
})

const refused = (
  description: string,
  refusals: Record<string, ReturnType<typeof refusal>>,
  headers?: Answer['headers'],
): Answer => ({
  description,
  ...(headers && { headers }),
  content: {
    'application/json': { schema: { $ref: '#/components/schemas/TokenRefusal' }, examples: refusals },
  },
})

const fields = {
  schema: { $ref: '#/components/schemas/TokenRequest' },
  example: examples.TokenRequest,
}

/** `POST /api/oauth/token` */
export const tokenOperation: Operation = {
  tags: ['Access'],
  summary: 'An access token',
  description:
    "OAuth 2 client credentials (RFC 6749, section 4.4). `client_id` is the site's public key and `client_secret` its secret, " +
    'in the body or as HTTP Basic. Scopes may be separated by spaces, commas or plus signs, repeated, or listed as ' +
    "`scope[0]=…&scope[1]=…`; unknown fields are ignored. The endpoint is for back ends: it answers no page's preflight.",
  operationId: 'token',
  security: [{}, { basic: [] }],
  requestBody: {
    required: true,
    content: {
      'application/x-www-form-urlencoded': fields,
      'multipart/form-data': fields,
      'application/json': fields,
    },
  },
  responses: {
    200: {
      description: 'The token, to be sent as `Authorization: Bearer …`.',
      headers: {
        'Cache-Control': { schema: { type: 'string' }, example: 'no-store' },
        Pragma: { schema: { type: 'string' }, example: 'no-cache' },
      },
      content: {
        'application/json': { schema: { $ref: '#/components/schemas/Token' }, example: examples.Token },
      },
    },
    400: refused('The request is not one.', {
      'no grant_type': refusal('invalid_request', ERRORS.invalid_request.message),
      'other grant_type': refusal('unsupported_grant_type', ERRORS.unsupported_grant_type.message),
      'unknown scopes only': refusal('invalid_scope', ERRORS.invalid_scope.message),
    }),
    401: refused(
      ERRORS.invalid_client.message,
      { 'wrong or missing credentials': refusal('invalid_client', ERRORS.invalid_client.message) },
      { 'WWW-Authenticate': { schema: { type: 'string' }, example: 'Basic realm="DefaultRealm"' } },
    ),
    413: refused(ERRORS.body_too_large.message, {
      'body too large': refusal('invalid_request', ERRORS.body_too_large.message),
    }),
    414: refused(ERRORS.url_too_long.message, {
      'address too long': refusal('invalid_request', ERRORS.url_too_long.message),
    }),
    431: refused(ERRORS.header_too_large.message, {
      'header too large': refusal('invalid_request', ERRORS.header_too_large.message),
    }),
    500: refused(ERRORS.internal.message, {
      'our own trouble': refusal('server_error', ERRORS.internal.message),
    }),
    503: refused(ERRORS.unavailable.message, {
      'a part is down': refusal('temporarily_unavailable', ERRORS.unavailable.message),
    }),
  },
}
