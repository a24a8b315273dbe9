/**
 * What the French State's APIs have in common, as their clients know them: PISTE, the gateway they stand behind (tokens, keys,
 * origins, quotas and its way of refusing), and the calls that every version answers alike. An API that is mounted here
 * answers below its base for those with a token or a key, and below `/s/<public key>` for pages of open sites.
 */
import type { Rules, Verdict } from '@upright/core'
import type { FastifyInstance, RouteHandlerMethod } from 'fastify'
import type { Routes } from '../../../http/routes.ts'
import type { Sites } from '../../../http/sites.ts'
import type { Admission } from '../../../policy/admission.ts'
import type { Site } from '../../../registry/registry.ts'
import type { Service } from '../../../service.ts'
import type { Health } from '../../../telemetry/health.ts'
import { codeInfoHandler, healthHandler, infoHandler, versionHandler } from './about.ts'
import { createAccessTokens } from './access-token.ts'
import { renderSpringError } from './errors.ts'
import { type ActionOf, createGateway } from './gateway.ts'
import { tokenRoute } from './token.ts'
import { validationRoute } from './validation.ts'

/** What the gateway needs of the house. */
export interface PisteOptions {
  service: Service
  sites: Sites
  admission: Admission
  routes: Routes
  probe: () => Promise<Health>
}

/** An API behind the gateway. */
export interface PisteApi {
  /** Where it lies: `/piste/…`. */
  base: string
  /** `GET /simple-captcha-endpoint` */
  captcha: RouteHandlerMethod
  /** What a request for that wants. */
  action: ActionOf
  /** Judges the body of `POST /valider-captcha`. @throws CaptchaError `invalid_input` */
  validate(body: Record<string, unknown>, site: Site): Promise<Verdict>
  /** Which generation of an id is on show. @default always the first */
  generation?(id: string, rules: Rules): Promise<number>
}

/** Opens the gateway; returns what puts an API behind it. */
export function piste(app: FastifyInstance, options: PisteOptions): (api: PisteApi) => void {
  const { service, sites, admission, routes, probe } = options
  const { keys, now, random } = service
  const tokens = createAccessTokens({ keys, sites, now, random })
  const gateway = createGateway(sites, tokens, admission)
  const renderError = renderSpringError(now)

  tokenRoute(app, sites, tokens)

  return ({ base, captcha, action, validate, generation }) => {
    const get: Record<string, RouteHandlerMethod> = {
      '/simple-captcha-endpoint': captcha,
      '/captcha/:id/code/infos': codeInfoHandler(service, generation),
      '/healthcheck': healthHandler(probe),
      '/version': versionHandler(service),
      '/info': infoHandler(service),
    }
    const validation = validationRoute(async (body, { site, visitor }) => {
      const verdict = await validate(body, site)
      if (verdict === 'wrong') admission.failed(site, visitor)
      return verdict
    }, renderError)
    for (const { prefix, guard, preflight } of [
      { prefix: base, guard: gateway.guard, preflight: gateway.preflight },
      { prefix: `/s/:publicKey${base}`, guard: gateway.guardNamed, preflight: gateway.preflightNamed },
    ]) {
      app.register(
        async scope => {
          scope.setErrorHandler(renderError)
          scope.setNotFoundHandler((request, reply) => routes.refuse(request, reply))
          for (const path of [...Object.keys(get), '/valider-captcha']) scope.options(path, preflight)
          for (const [path, handler] of Object.entries(get)) {
            scope.get(path, { onRequest: guard(handler === captcha ? action : undefined), handler })
          }
          scope.post('/valider-captcha', { onRequest: guard(() => 'check'), ...validation })
        },
        { prefix },
      )
    }
  }
}
