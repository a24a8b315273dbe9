import { CaptchaError, type ErrorCode } from '@upright/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { bearer } from '../../../http/bearer.ts'
import { answerPreflight, listsOrigin, type Pages, shareWith } from '../../../http/origins.ts'
import type { Sites } from '../../../http/sites.ts'
import type { Action } from '../../../policy/action.ts'
import type { Admission } from '../../../policy/admission.ts'
import type { Site } from '../../../registry/registry.ts'
import type { AccessTokens } from './access-token.ts'
import { opens } from './scopes.ts'

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

/** The gateway's refusals that are told in `WWW-Authenticate` and nowhere else, in the words of RFC 6750. */
const CHALLENGES: { readonly [code in ErrorCode]?: string } = {
  token_missing: 'invalid_request',
  token_invalid: 'invalid_token',
  scope_insufficient: 'insufficient_scope',
}

/**
 * The header that tells a refusal, or undefined for other errors. A real client renews its token on
 * `invalid_token`.
 */
export function challengeOf({ code, message }: CaptchaError): string | undefined {
  const error = CHALLENGES[code]
  return error && `Bearer realm="${REALM}",error="${error}",error_description="${message}"`
}

/**
 * What a request wants; undefined for files that are the same for everybody, which are neither limited nor
 * counted.
 */
export type ActionOf = (request: FastifyRequest) => Action | undefined

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

/** Guard of every call: authentication, scope, rate limit and quota. */
export interface Gateway {
  /** For addresses that need a token or a key. */
  guard(actionOf: ActionOf): Hook
  /** For addresses that name a site: without a token for pages of an open one's origins, else as `guard`. */
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
}

export function createGateway({ sites, pages, tokens, admission }: GatewayOptions): Gateway {
  async function siteByCredentials({ headers }: FastifyRequest): Promise<Site> {
    const token = bearer(headers.authorization)
    if (token) {
      const grant = await tokens.verify(token)
      if (!grant) throw new CaptchaError('token_invalid')
      if (!opens(grant.scopes)) throw new CaptchaError('scope_insufficient')
      return grant.site
    }
    if (!headers.keyid) throw new CaptchaError('token_missing')
    const site = await sites.bySecret(String(headers.keyid))
    if (!site) throw new CaptchaError('token_invalid')
    return site
  }

  async function siteNamed(request: FastifyRequest): Promise<Site | undefined> {
    return sites.byPublicKey((request.params as { publicKey: string }).publicKey)
  }

  async function siteByName(request: FastifyRequest): Promise<Site> {
    const site = await siteNamed(request)
    if (!site) throw new CaptchaError('not_found')
    if (bearer(request.headers.authorization) || request.headers.keyid) {
      const bearerSite = await siteByCredentials(request)
      if (bearerSite.id !== site.id) throw new CaptchaError('token_invalid')
      return site
    }
    if (!site.settings.open) throw new CaptchaError('token_missing')
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
      const action = actionOf(request)
      if (action !== undefined) await admission.enter({ site, action, address: request.visitor }, reply)
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
