import { maxHeaderSize } from 'node:http'
import { CaptchaError } from '@upright/core'
import fastify, { type FastifyInstance } from 'fastify'
import { admin, adminDocument } from './admin/index.ts'
import type { Config } from './config.ts'
import { botdetect, botdetectDocument, V1 } from './dialects/botdetect/index.ts'
import { captchetat, captchetatDocument, V2 } from './dialects/captchetat/index.ts'
import { rocaptcha, rocaptchaDocument, rocaptchaUrl } from './dialects/rocaptcha/index.ts'
import { readFiles } from './files.ts'
import { BODY_LIMIT, readBody } from './operate/body.ts'
import { type ConnectionBounds, protectServer } from './operate/connections.ts'
import { renderError } from './operate/errors.ts'
import { refuseHeaders } from './operate/headers.ts'
import { createProbe, healthRoutes } from './operate/health.ts'
import { logOptions } from './operate/log.ts'
import { observed } from './operate/observed.ts'
import { documentRoute, openapi } from './operate/openapi.ts'
import { createDialectOf, type Owners, timeRequests } from './operate/requests.ts'
import { createRoutes, tidyUrl } from './operate/routes.ts'
import { secure } from './operate/security.ts'
import { pages } from './pages.ts'
import { piste } from './piste/index.ts'
import { pisteDocument } from './piste/openapi.ts'
import { createAdmission } from './policy/admission.ts'
import { createLimits } from './policy/limits.ts'
import { createPressure, type Pressure } from './policy/pressure.ts'
import { createQuota, createSharedQuota } from './policy/quota.ts'
import { createSites } from './policy/sites.ts'
import type { Service } from './service.ts'

/** Characters of an address that are read. */
const URL_LIMIT = 8 * 1024

/** Whose routes begin how; the first that fits. */
const OWNERS: Owners = [
  [V2, 'captchetat'],
  [V1, 'botdetect'],
  ['/api/oauth/', 'piste'],
  ['/api/', 'rocaptcha'],
  ['/demo/rocaptcha', 'rocaptcha'],
  ['/admin/', 'admin'],
]

/** What tests put in the place of what is there. */
export interface AppOptions {
  /** Where log lines go. @default stdout */
  log?: { write(line: string): void }
  /** Folder of what browsers are sent. @default the package's own */
  pages?: string
  /** How far the process is behind. @default measured */
  pressure?: Pressure
}

/** The service over HTTP: every dialect, the pages and the addresses that watch over it. It is not listening yet. */
export function createApp(service: Service, options: AppOptions = {}): FastifyInstance {
  const { config, registry, ledger, now, version, metrics } = service
  const { trustedProxies } = config
  const app = fastify({
    ...logOptions(config.logLevel, options.log),
    // Only as many entries of X-Forwarded-For are believed as there are proxies of ours.
    trustProxy: trustedProxies > 0 && ((_address: string, hop: number) => hop < trustedProxies),
    rewriteUrl: request => rocaptchaUrl(tidyUrl(request.url ?? '/')),
    bodyLimit: BODY_LIMIT,
    // What comes over an open connection while the server stops is answered like anything else.
    return503OnClosing: false,
    // The address as a whole has a limit; no part of it is longer than all headers.
    routerOptions: { maxParamLength: maxHeaderSize },
    frameworkErrors: renderError,
  }) as FastifyInstance

  const openConnections = protectServer(app.server, {
    bounds: connectionBounds(config),
    onRefused: bound => metrics?.refusedConnection(bound),
  })
  metrics?.watchConnections(openConnections)

  // Content types are not looked at: some clients send none, a wrong one, or one that does not parse.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', readBody)
  app.addHook('onRequest', (request, reply, done) => {
    secure(reply)
    const wrong = refuseHeaders(request.raw)
    request.headers['content-type'] = undefined
    done(request.raw.url!.length > URL_LIMIT ? new CaptchaError('url_too_long') : wrong)
  })
  // Made now, because every request's object then has the same shape.
  app.decorateRequest('site')
  app.decorateRequest('visitor')
  app.setErrorHandler(renderError)

  const dialectOf = createDialectOf(OWNERS)
  service.traces?.follow(app, dialectOf)
  if (metrics) timeRequests(app, metrics, dialectOf)
  const routes = createRoutes()
  app.addHook('onRoute', routes.add)
  app.setNotFoundHandler((request, reply) => routes.refuse(request, reply))

  service.alarms.tell(app.log)
  const sites = createSites(registry)
  const probe = createProbe(service)
  metrics?.watch(async () => {
    const { ledger, registry, lost, disk } = await probe()
    return { ledger, registry, lost: lost !== undefined, free: disk.free }
  })
  const { workers, redisUrl } = config
  const shared = workers > 1 || redisUrl !== undefined
  const quota = shared ? createSharedQuota({ now, ledger, workers }) : createQuota(now)
  const limits = createLimits({ secret: service.secret, now, processes: workers })
  const pressure = options.pressure ?? createPressure()
  app.addHook('onClose', async () => pressure.stop())
  const admissionTo = (dialect: string) =>
    createAdmission({
      quota,
      limits,
      pressure,
      onRefused: (site, why) => metrics?.limited(site.id, dialect, why),
    })
  const files = readFiles(options.pages)

  healthRoutes(app, probe, service)
  const codes = { ...service, captcha: service.captcha.only(['text']) }
  const gate = admissionTo('piste')
  const mount = piste(app, { service: codes, sites, admission: gate, routes, probe })
  captchetat(app, { service: observed(codes, 'captchetat'), mount, files })
  botdetect({ service: observed(codes, 'botdetect'), mount, admission: gate, files })
  rocaptcha(app, {
    service: observed(service, 'rocaptcha'),
    sites,
    admission: admissionTo('rocaptcha'),
    files,
  })
  admin(app, service)
  pages(app, { sites, version, files })
  documentRoute(
    app,
    openapi(version, [
      pisteDocument,
      captchetatDocument,
      botdetectDocument,
      rocaptchaDocument,
      adminDocument,
    ]),
  )
  return app
}

/** The share that one process has in the bounds. */
function connectionBounds(config: Config): ConnectionBounds {
  const { maxConnections, maxConnectionsPerAddress, trustedProxies, workers } = config
  return {
    total: Math.ceil(maxConnections / workers),
    // Behind a proxy all connections come from it.
    perAddress: trustedProxies > 0 ? 0 : maxConnectionsPerAddress,
  }
}
