import { CaptchaError, type ErrorCode } from '@upright/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { bearer } from '../../../http/bearer.ts'
import { answerPreflight, listsOrigin, type Pages, shareWith } from '../../../http/origins.ts'
import type { Sites } from '../../../http/sites.ts'
import type { Action } from '../../../policy/action.ts'
import type { Admission } from '../../../policy/admission.ts'
import type { Ladder } from '../../../policy/ladder/ladder.ts'
import { PLAIN_COUNT } from '../../../policy/ladder/worth.ts'
import type { Site } from '../../../registry/registry.ts'
import type { AccessTokens } from './access-token.ts'
import { OPENING_SCOPES, opens } from './scopes.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The site a request acts for, known once the gateway has let it through. */
    site: Site
    /** The visitor's address, where the request came from their browser and not from the site's back end. */
    visitor: string | undefined
  }
}

/** The realm the original's gateway names. */
export const REALM = 'DefaultRealm'

/**
 * The gateway's refusals that are told in `WWW-Authenticate` and nowhere else, by their names in RFC 6750.
 */
const CHALLENGES = {
  token_missing: 'invalid_request',
  token_invalid: 'invalid_token',
  token_expired: 'invalid_token',
  scope_insufficient: 'insufficient_scope',
} as const satisfies { readonly [code in ErrorCode]?: string }
/** Why a token or a key is refused. */
type Refusal = keyof typeof CHALLENGES

/**
 * The header that tells a refusal, or undefined for other errors, as the original's gateway (Axway's)
 * documents it. A real client renews its token on `invalid_token`.
 */
export function challengeOf({ code, message }: CaptchaError): string | undefined {
  if (!Object.hasOwn(CHALLENGES, code)) return undefined
  const error = CHALLENGES[code as Refusal]
  const scopes =
    code === 'scope_insufficient'
      ? `,scope="Scopes must match Any of these scopes:${OPENING_SCOPES.join(' ')}"`
      : ''
  return `Bearer realm="${REALM}",error="${error}",error_description="${message}"${scopes}`
}

/**
 * What a request wants; undefined for files that are the same for everybody, which need no token and are
 * neither limited nor counted.
 */
export type ActionOf = (request: FastifyRequest) => Action | undefined

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

/** Guard of every call: authentication, scope, rate limit and quota. */
export interface Gateway {
  /** For addresses that need a token or a key. */
  guard(actionOf: ActionOf): Hook
  /** For addresses that name a site: an open one's pages need no token, all others as `guard`. */
  guardNamed(actionOf: ActionOf): Hook
  preflight(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>
  preflightNamed(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>
}

/** Options of the gateway. */
export interface GatewayOptions {
  sites: Sites
  pages: Pages
  tokens: AccessTokens
  admission: Admission
  ladder: Ladder
}

export function createGateway({ sites, pages, tokens, admission, ladder }: GatewayOptions): Gateway {
  /** The site of a token or a key, or why there is none. */
  async function identify({ headers }: FastifyRequest): Promise<Site | Refusal> {
    const token = bearer(headers.authorization)
    if (token) {
      const grant = await tokens.verify(token)
      if (grant === undefined) return 'token_invalid'
      if (grant === 'expired') return 'token_expired'
      return opens(grant.scopes) ? grant.site : 'scope_insufficient'
    }
    if (!headers.keyid) return 'token_missing'
    return (await sites.bySecret(String(headers.keyid))) ?? 'token_invalid'
  }

  async function siteByCredentials(request: FastifyRequest): Promise<Site> {
    const found = await identify(request)
    if (typeof found === 'string') throw new CaptchaError(found)
    return found
  }

  async function siteNamed(request: FastifyRequest): Promise<Site | undefined> {
    return sites.byPublicKey((request.params as { publicKey: string }).publicKey)
  }

  async function siteByName(request: FastifyRequest): Promise<Site> {
    const site = await siteNamed(request)
    if (!site) throw new CaptchaError('not_found')
    const found = await identify(request)
    const refusal = typeof found === 'string' ? found : 'token_invalid'
    if (typeof found !== 'string' && found.id === site.id) return site
    // An open address needs no token: one that is not the site's counts as none. Pages send "Bearer
    // undefined".
    if (!site.settings.open) throw new CaptchaError(refusal)
    if (!pages.isAllowed(request, site)) throw new CaptchaError('origin_refused')
    request.visitor = request.ip
    return site
  }

  /**
   * Before a token is seen, on a preflight or a refusal, nobody knows which site a browser is about to act
   * for. What any site allows is answered then: it only lets the request itself be made, and that one is held
   * against its own site.
   */
  const listedAnywhere = (origin: string) => sites.anyLists(origin)

  const admit = (find: (request: FastifyRequest) => Promise<Site>, actionOf: ActionOf): Hook => {
    return async (request, reply) => {
      const action = actionOf(request)
      // Files are the same for everybody: browsers and proxies ask for icons and style sheets without a
      // token.
      if (action === undefined) return
      reply.header('vary', 'Origin')
      const { origin } = request.headers
      let site: Site
      try {
        site = await find(request)
      } catch (error) {
        if (origin && (await listedAnywhere(origin).catch(() => false))) shareWith(reply, origin)
        throw error
      }
      request.site = site
      // An origin that is not allowed is still served, unread by its page: it may be a proxy that passes
      // Origin on.
      if (origin && listsOrigin(site, origin)) shareWith(reply, origin)
      const address = request.visitor
      const count = action === 'issue' ? PLAIN_COUNT[ladder.current(site, address).rung] : 1
      await admission.enter({ site, action, address, count }, reply)
    }
  }

  return {
    guard: actionOf => admit(siteByCredentials, actionOf),
    guardNamed: actionOf => admit(siteByName, actionOf),
    async preflight(request, reply) {
      const { origin } = request.headers
      return answerPreflight(reply, origin, origin !== undefined && (await listedAnywhere(origin)))
    },
    async preflightNamed(request, reply) {
      const { origin } = request.headers
      const site = await siteNamed(request)
      return answerPreflight(
        reply,
        origin,
        site !== undefined && origin !== undefined && listsOrigin(site, origin),
      )
    },
  }
}
