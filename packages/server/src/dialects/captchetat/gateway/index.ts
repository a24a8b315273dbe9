/**
 * What the French State's APIs have in common, as their clients know them: PISTE, the gateway in front of
 * them (tokens, keys, origins, quotas and its way of refusing), and the calls that every version answers
 * alike. A version answers below its base for those with a token or a key, and below `/s/<public key>` for
 * pages of open sites.
 */
import type { Rules } from '@upright/core'
import type { FastifyInstance, RouteHandlerMethod } from 'fastify'
import { labelRoutes } from '../../../http/route-labels.ts'
import type { DialectContext } from '../../dialect.ts'
import { aboutHandler, codeInfoHandler, healthHandler, infoHandler, versionHandler } from './about.ts'
import { createAccessTokens } from './access-token.ts'
import { renderSpringError } from './errors.ts'
import { type ActionOf, createGateway } from './gateway.ts'
import { tokenRoute } from './token.ts'
import { type Fields, renderCheckError, type Typed, validationHandler } from './validation.ts'

/** A version of the API, behind the gateway. */
export interface Version {
  /** What it is called. */
  name: string
  /** Where it is: `/piste/…`. */
  base: string
  /** What an id in an address is called. */
  idName: 'id' | 'uuid'
  /** `GET /simple-captcha-endpoint` */
  captcha: RouteHandlerMethod
  /** What a request for that wants. */
  action: ActionOf
  /** What the fields of `POST /valider-captcha` say. */
  typed(fields: Fields): Typed
  /** The generation of an id that is on show. @default always the first */
  generation?(id: string, rules: Rules): Promise<number>
}

/** Makes a version of the API with a context of its own label. */
export type CreateVersion = (context: DialectContext) => Version

const other: ActionOf = () => 'other'

/** Registers the token endpoint and the calls of each version. */
export function registerGateway(
  scope: FastifyInstance,
  context: DialectContext,
  versions: Readonly<Record<string, CreateVersion>>,
): void {
  const { keys, sites, now, random } = context
  const tokens = createAccessTokens({ keys, sites, now, random })
  tokenRoute(scope, sites, tokens)

  const renderError = renderSpringError(now)
  const renderFalse = renderCheckError(renderError)
  for (const [label, create] of Object.entries(versions)) {
    const own = context.as(label)
    const { pages, admission, ladder, routes, probe } = own
    const gateway = createGateway({ sites, pages, tokens, admission, ladder })
    const { name, base, idName, captcha, action, typed, generation } = create(own)
    const get: Record<string, { handler: RouteHandlerMethod; action: ActionOf }> = {
      '/simple-captcha-endpoint': { handler: captcha, action },
      [`/captcha/:${idName}/code/infos`]: {
        handler: codeInfoHandler(own, idName, generation),
        action: other,
      },
      '/healthcheck': { handler: healthHandler(probe), action: other },
      '/version': { handler: versionHandler(own), action: other },
      '/info': { handler: infoHandler(own), action: other },
    }
    const routesBelow = [
      ...Object.keys(get).map(path => `GET ${base}${path.replace(/:(\w+)/, '{$1}')}`),
      `POST ${base}/valider-captcha`,
    ]
    const validation = validationHandler(typed, async ({ id, code }, { site, visitor }) => {
      const verdict = await own.captcha.check(site, id, code, {
        generation: await generation?.(id, site.settings),
        onFirstPass: () => ladder.checked(site, visitor),
      })
      if (verdict === 'wrong') {
        admission.failed(site, visitor)
        ladder.failed(site, visitor, { worked: false })
      }
      return verdict
    })
    for (const { prefix, guard, preflight } of [
      { prefix: base, guard: gateway.guard, preflight: gateway.preflight },
      { prefix: `/s/:publicKey${base}`, guard: gateway.guardNamed, preflight: gateway.preflightNamed },
    ]) {
      scope.register(
        async calls => {
          labelRoutes(calls, label)
          calls.setErrorHandler(renderError)
          calls.setNotFoundHandler((request, reply) => routes.refuse(request, reply))
          calls.get('', aboutHandler({ name, version: own.version, routes: routesBelow }))
          for (const path of [...Object.keys(get), '/valider-captcha']) calls.options(path, preflight)
          for (const [path, { handler, action }] of Object.entries(get)) {
            calls.get(path, {
              onRequest: guard(action),
              handler,
              errorHandler: (error, request, reply) =>
                (action(request) === 'check' ? renderFalse : renderError)(error, request, reply),
            })
          }
          calls.post('/valider-captcha', {
            onRequest: guard(() => 'check'),
            handler: validation,
            errorHandler: renderFalse,
          })
        },
        { prefix },
      )
    }
  }
}
