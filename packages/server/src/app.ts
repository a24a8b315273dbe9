import { maxHeaderSize } from 'node:http'
import { CaptchaError } from '@upright/core'
import fastify, { type FastifyInstance } from 'fastify'
import { admin, adminDocument } from './admin/index.ts'
import type { Config } from './config.ts'
import { createContext, scriptsOf } from './dialects/context.ts'
import type { Dialect } from './dialects/dialect.ts'
import { dialects as allDialects } from './dialects/index.ts'
import { BODY_LIMIT, readBody } from './http/body.ts'
import { type ConnectionBounds, protectServer } from './http/connections.ts'
import { renderError } from './http/errors.ts'
import { type Files, readFiles } from './http/files.ts'
import { refuseHeaders } from './http/headers.ts'
import { createPages } from './http/origins.ts'
import { labelRoutes } from './http/route-labels.ts'
import { createRoutes, normalizeUrl } from './http/routes.ts'
import { setSecurityHeaders } from './http/security.ts'
import { createSites } from './http/sites.ts'
import { documentRoute, openapi } from './openapi/document.ts'
import { pagesDocument } from './openapi/pages.ts'
import { solverDocument } from './openapi/solver.ts'
import { pages } from './pages.ts'
import { createAdmission } from './policy/admission.ts'
import { createLimits } from './policy/limits.ts'
import { createPressure, type Pressure } from './policy/pressure.ts'
import { createQuota, createSharedQuota } from './policy/quota.ts'
import type { Service } from './service.ts'
import { solver } from './solver.ts'
import { createProbe, healthRoutes } from './telemetry/health.ts'
import { logOptions } from './telemetry/log.ts'
import { timeRequests } from './telemetry/request-times.ts'

/** Characters of an address that are read. */
const MAX_URL_LENGTH = 8 * 1024

/** Dependencies that tests replace. */
export interface AppOptions {
  /** Stream of the log. @default stdout */
  log?: { write(line: string): void }
  /** What browsers are sent. @default the package's own */
  files?: Files
  /** Pressure of the event-loop lag. @default measured */
  pressure?: Pressure
  /** @default those of `dialects/index.ts` */
  dialects?: readonly Dialect[]
}

/**
 * The service over HTTP: every dialect, the pages and the addresses that watch over it. It is not listening
 * yet.
 */
export function createApp(service: Service, options: AppOptions = {}): FastifyInstance {
  const { config, registry, ledger, now, version, metrics } = service
  const { trustedProxies } = config
  const { dialects = allDialects, files = readFiles() } = options
  const app = fastify({
    ...logOptions(config, options.log),
    // Only as many entries of X-Forwarded-For are believed as there are proxies of ours.
    trustProxy: trustedProxies > 0 && ((_address: string, hop: number) => hop < trustedProxies),
    rewriteUrl: request =>
      dialects.reduce(
        (url, { normalizeUrl }) => normalizeUrl?.(url) ?? url,
        normalizeUrl(request.url ?? '/'),
      ),
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
  metrics?.watchLadder(service.ladder.figures)

  // Content types are not looked at: some clients send none, a wrong one, or one that does not parse.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', readBody)
  app.addHook('onRequest', (request, reply, done) => {
    setSecurityHeaders(reply)
    const wrong = refuseHeaders(request.raw)
    request.headers['content-type'] = undefined
    done(request.raw.url!.length > MAX_URL_LENGTH ? new CaptchaError('url_too_long') : wrong)
  })
  // Made now, because every request's object then has the same shape.
  app.decorateRequest('site')
  app.decorateRequest('visitor')
  app.setErrorHandler(renderError)

  service.traces?.follow(app)
  if (metrics) timeRequests(app, metrics)
  const routes = createRoutes()
  app.addHook('onRoute', routes.add)
  app.setNotFoundHandler((request, reply) => routes.refuse(request, reply))

  service.alarms.setLogger(app.log)
  const sites = createSites(registry, config.demo)
  const probe = createProbe(service)
  metrics?.watch(async () => {
    const { ledger, registry, lost, disk } = await probe()
    return { ledger, registry, lost: lost !== undefined, free: disk.free }
  })
  const { workers } = config
  const quota =
    workers > 1 || service.shared.has('ledger')
      ? createSharedQuota({ now, ledger, workers })
      : createQuota(now)
  const limits = createLimits({ secret: service.secret, now, processes: workers })
  const pressure = options.pressure ?? createPressure()
  app.addHook('onClose', async () => pressure.stop())
  const admissionFor = (label: string) =>
    createAdmission({
      quota,
      limits,
      pressure,
      onRefused: (site, why) => metrics?.limited(site.id, label, why),
    })

  healthRoutes(app, probe, service)
  const shared = {
    ...{ service, sites, pages: createPages(config.hosts), files, routes, probe, admissionFor },
    scripts: scriptsOf(dialects, config.testKeys),
  }
  for (const dialect of dialects) {
    app.register(async scope => {
      labelRoutes(scope, dialect.name)
      dialect.register(scope, createContext(shared, dialect))
    })
  }
  admin(app, service)
  solver(app, files)
  if (config.demo) pages(app, { sites, version, files })
  const documents = [...dialects.map(({ document }) => document), adminDocument, solverDocument]
  documentRoute(app, () => openapi(version, config.demo ? [...documents, pagesDocument] : documents))
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
