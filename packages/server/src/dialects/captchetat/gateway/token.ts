import { createHash, timingSafeEqual } from 'node:crypto'
import { CaptchaError } from '@upright/core'
import type { FastifyInstance } from 'fastify'
import { toPublicError } from '../../../http/errors.ts'
import { readForm } from '../../../http/fields.ts'
import { setSecurityHeaders } from '../../../http/security.ts'
import type { Sites } from '../../../http/sites.ts'
import type { Site } from '../../../registry/registry.ts'
import { type AccessTokens, TOKEN_LIFETIME } from './access-token.ts'
import { REALM } from './gateway.ts'
import { grantScopes } from './scopes.ts'
import type { TokenAnswer, TokenRefusal } from './wire.ts'

/** `POST /api/oauth/token`: OAuth 2 client credentials (RFC 6749, section 4.4) for back ends. */
export function tokenRoute(app: FastifyInstance, sites: Sites, tokens: AccessTokens): void {
  app.post('/api/oauth/token', {
    async handler(request, reply): Promise<TokenAnswer> {
      reply.header('cache-control', 'no-store').header('pragma', 'no-cache')
      const form = readForm(request.body)
      if (!form) throw new CaptchaError('invalid_request', 'broken JSON')
      const grantType = single(form, 'grant_type')
      if (!grantType) throw new CaptchaError('invalid_request', 'grant_type')
      if (grantType !== 'client_credentials') throw new CaptchaError('unsupported_grant_type')
      const site = await authenticate(sites, form, request.headers.authorization)
      const scopes = grantScopes(scopesAsked(form))
      if (!scopes) throw new CaptchaError('invalid_scope')
      return {
        access_token: tokens.issue(site, scopes),
        token_type: 'Bearer',
        expires_in: TOKEN_LIFETIME,
        scope: scopes.join(' '),
      }
    },
    errorHandler(error, request, reply) {
      const settled = toPublicError(error, request)
      const body: TokenRefusal = { error: nameOf(settled), error_description: settled.message }
      if (settled.code === 'invalid_client') reply.header('www-authenticate', `Basic realm="${REALM}"`)
      return setSecurityHeaders(reply)
        .header('cache-control', 'no-store')
        .header('pragma', 'no-cache')
        .code(settled.status)
        .send(body)
    },
  })
}

/** RFC 6749 has six words. It has none for trouble of our own; those of section 4.1.2.1 say it. */
function nameOf({ code, status }: CaptchaError): TokenRefusal['error'] {
  if (code === 'invalid_client' || code === 'unsupported_grant_type' || code === 'invalid_scope') return code
  if (status < 500) return 'invalid_request'
  return code === 'unavailable' ? 'temporarily_unavailable' : 'server_error'
}

/** A field that must not contradict itself. */
function single(form: URLSearchParams, name: string): string | undefined {
  const values = new Set(form.getAll(name))
  if (values.size > 1) throw new CaptchaError('invalid_request', `${name} is given twice`)
  return [...values][0]
}

/** `scope`, repeated or not, and PHP's way of writing a list: `scope[0]=…&scope[1]=…` or `scope[]=…`. */
const scopesAsked = (form: URLSearchParams): string[] =>
  [...form].filter(([name]) => /^scope(\[\d*\])?$/.test(name)).map(([, value]) => value)

async function authenticate(sites: Sites, form: URLSearchParams, header: string | undefined): Promise<Site> {
  const basic = header === undefined ? undefined : readBasic(header)
  const [id, secret] = [single(form, 'client_id'), single(form, 'client_secret')]
  if (basic && ((id && id !== basic.id) || (secret && secret !== basic.secret))) {
    throw new CaptchaError('invalid_request', 'the client is named twice')
  }
  const client = basic ?? { id, secret }
  if (!client.id || !client.secret) throw new CaptchaError('invalid_client')
  const site = await sites.byPublicKey(client.id)
  const offered = createHash('sha256').update(client.secret.trim()).digest()
  // An unknown client costs the same comparison as a known one.
  const matches = timingSafeEqual(offered, Buffer.from(site?.secretHash ?? '00'.repeat(32), 'hex'))
  if (!site || !matches) throw new CaptchaError('invalid_client')
  return site
}

/** Id and secret from HTTP Basic; undefined for other schemes, of which this endpoint takes no notice. */
function readBasic(header: string): { id: string; secret: string } | undefined {
  const [, encoded] = /^basic\s+(\S+)\s*$/i.exec(header) ?? []
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon === -1) throw new CaptchaError('invalid_client')
  return { id: unescapeForm(text.slice(0, colon)), secret: unescapeForm(text.slice(colon + 1)) }
}

/**
 * RFC 6749 form-encodes both halves before Basic encodes them; clients that do not send nothing this could
 * change.
 */
function unescapeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
