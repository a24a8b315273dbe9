import type { Schema } from '../../../openapi/types.ts'
import { TOKEN_LIFETIME } from './access-token.ts'
import { allScopes, DEFAULT_SCOPES } from './scopes.ts'
import type { CodeInfo, HealthAnswer, TokenAnswer } from './wire.ts'

const text: Schema = { type: 'string' }
const digits: Schema = { type: 'string', pattern: '^[0-9]+$', description: 'Bytes.' }
const status: Schema = { type: 'string', enum: ['UP', 'DOWN'] }
/** An object that has all of its members. */
export const record = (properties: Record<string, Schema>): Schema => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
})
const part = record({ status })

/** The shapes that every version speaks of. */
export const pisteSchemas: Record<string, Schema> = {
  CodeInfo: record({
    taille: { type: 'integer', description: 'How many characters.' },
    type: { type: 'string', enum: ['numerique', 'alphabetique', 'alphanumerique'] },
  }),
  Health: record({
    status,
    components: record({
      diskSpace: record({
        status,
        details: record({ total: digits, free: digits, threshold: digits, exists: { type: 'boolean' } }),
      }),
      memcachedHealth: { ...part, description: 'The ledger of spent captchas.' },
      ping: part,
      registry: { ...part, description: 'The registry of sites.' },
    }),
  }),
  Version: record({ version: text }),
  Info: record({ app: record({ version: text }) }),
  SpringError: record({
    timestamp: { type: 'string', format: 'date-time' },
    status: { type: 'integer' },
    error: { type: 'string', description: "The status's name." },
    path: text,
  }),
  TokenRequest: {
    type: 'object',
    required: ['grant_type'],
    properties: {
      grant_type: { const: 'client_credentials' },
      client_id: { type: 'string', description: "The site's public key, unless HTTP Basic says it." },
      client_secret: { type: 'string', description: "The site's secret, unless HTTP Basic says it." },
      scope: {
        type: 'string',
        description: `Among ${allScopes.join(', ')}. All but openid open the whole API; unknown ones are ignored.`,
        default: DEFAULT_SCOPES.join(' '),
      },
    },
  },
  Token: record({
    access_token: { type: 'string', pattern: '^[0-9a-f]{64}$', description: 'Opaque.' },
    token_type: { const: 'Bearer' },
    expires_in: { type: 'integer', description: 'Seconds.' },
    scope: text,
  }),
  TokenRefusal: record({
    error: {
      type: 'string',
      enum: [
        'invalid_request',
        'invalid_client',
        'unsupported_grant_type',
        'invalid_scope',
        'server_error',
        'temporarily_unavailable',
      ],
    },
    error_description: text,
  }),
}

const health = (up: boolean): HealthAnswer => ({
  status: up ? 'UP' : 'DOWN',
  components: {
    diskSpace: {
      status: 'UP',
      details: { total: '2136997888', free: '2074886144', threshold: '10485760', exists: true },
    },
    memcachedHealth: { status: up ? 'UP' : 'DOWN' },
    ping: { status: 'UP' },
    registry: { status: 'UP' },
  },
})

/** An example of each. Tests compare them with what is really answered. */
export const examples: Record<string, unknown> = {
  CodeInfo: { taille: 8, type: 'alphanumerique' } satisfies CodeInfo,
  Health: health(true),
  HealthDown: health(false),
  Version: { version: '0.1.0' },
  Info: { app: { version: '0.1.0' } },
  TokenRequest: {
    grant_type: 'client_credentials',
    client_id: '0123456789abcdef0123456789abcd',
    client_secret: 'fedcba9876543210fedcba98765432',
    scope: 'piste.captchetat',
  },
  Token: {
    access_token: '4f0c8e5b7a1d29364f0c8e5b7a1d29364f0c8e5b7a1d29364f0c8e5b7a1d2936',
    token_type: 'Bearer',
    expires_in: TOKEN_LIFETIME,
    scope: 'piste.captchetat',
  } satisfies TokenAnswer,
}

/** Authentication of a call. */
export const securitySchemes = {
  oauth: {
    type: 'oauth2',
    description: 'An access token in `Authorization: Bearer …`.',
    flows: {
      clientCredentials: {
        tokenUrl: '/api/oauth/token',
        scopes: Object.fromEntries(
          allScopes.map(scope => [scope, scope === 'openid' ? 'Opens nothing.' : 'Opens the whole API.']),
        ),
      },
    },
  },
  apiKey: { type: 'apiKey', in: 'header', name: 'KeyId', description: "The site's secret." },
  basic: { type: 'http', scheme: 'basic', description: "The site's public key and secret." },
}
