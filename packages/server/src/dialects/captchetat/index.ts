/**
 * CaptchEtat v2, as an unmodified client speaks it: a token from `/api/oauth/token`, then `/piste/captchetat/v2/…` with it;
 * or, for pages of a site that is open, `/s/<public key>/piste/captchetat/v2/…` without.
 */
import type { FastifyInstance, RouteShorthandOptionsWithHandler } from 'fastify'
import { type Files, sendFile } from '../../files.ts'
import type { Health } from '../../operate/health.ts'
import type { Routes } from '../../operate/routes.ts'
import type { Quota } from '../../policy/quota.ts'
import type { Sites } from '../../policy/sites.ts'
import type { Service } from '../../service.ts'
import { healthHandler, infoHandler, versionHandler } from './about.ts'
import { createAccessTokens } from './access-token.ts'
import { challengeHandler, codeInfoHandler } from './challenge.ts'
import { renderCaptchetatError } from './errors.ts'
import { createGateway } from './gateway.ts'
import { tokenRoute } from './token.ts'
import { validationRoute } from './validation.ts'

export { captchetatDocument } from './openapi.ts'

const V2 = '/piste/captchetat/v2'

/** What the dialect needs of the house. */
export interface CaptchetatOptions {
  service: Service
  sites: Sites
  quota: Quota
  routes: Routes
  probe: () => Promise<Health>
  files: Files
}

/** Registers the dialect's routes. */
export function captchetat(app: FastifyInstance, options: CaptchetatOptions): void {
  const { service, sites, quota, routes, probe, files } = options
  const { secret, now, random } = service
  const { previousSecret } = service.config
  const tokens = createAccessTokens({ secret, previousSecret, sites, now, random })
  const gateway = createGateway(sites, tokens, quota)
  const renderError = renderCaptchetatError(now)

  const get: Record<string, RouteShorthandOptionsWithHandler['handler']> = {
    '/simple-captcha-endpoint': challengeHandler(service),
    '/captcha/:uuid/code/infos': codeInfoHandler(service),
    '/healthcheck': healthHandler(probe),
    '/version': versionHandler(service),
    '/info': infoHandler(service),
  }
  const validation = validationRoute(service, renderError)

  tokenRoute(app, sites, tokens)
  app.get('/captchetat/captchetat-js.js', (request, reply) => {
    // Other sites' pages load it, whatever rules they set themselves.
    reply.header('cross-origin-resource-policy', 'cross-origin').header('access-control-allow-origin', '*')
    return sendFile(files, 'captchetat/captchetat-js.js', request, reply)
  })
  for (const { prefix, guard, preflight } of [
    { prefix: V2, guard: gateway.guard, preflight: gateway.preflight },
    { prefix: `/s/:publicKey${V2}`, guard: gateway.guardNamed, preflight: gateway.preflightNamed },
  ]) {
    app.register(
      async scope => {
        scope.setErrorHandler(renderError)
        scope.setNotFoundHandler((request, reply) => routes.refuse(request, reply))
        for (const path of [...Object.keys(get), '/valider-captcha']) scope.options(path, preflight)
        for (const [path, handler] of Object.entries(get)) scope.get(path, { onRequest: guard, handler })
        scope.post('/valider-captcha', { onRequest: guard, ...validation })
      },
      { prefix },
    )
  }
}
