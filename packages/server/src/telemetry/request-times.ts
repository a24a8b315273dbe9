import type { FastifyInstance } from 'fastify'
import type { Metrics } from './metrics.ts'

/** Whose route is whose: the beginning of a pattern, and the name of what answers there. */
export type Owners = readonly (readonly [prefix: string, dialect: string])[]

/** The first name whose prefix a route has, whether it names a site or not; `house` for those of nobody. */
export function createDialectOf(owners: Owners): (route: string) => string {
  const known = new Map<string, string>()
  const find = (route: string) => {
    const path = route.replace(/^\/s\/:publicKey(?=\/)/, '')
    return owners.find(([prefix]) => path.startsWith(prefix))?.[1] ?? 'house'
  }
  return route => {
    const dialect = known.get(route) ?? find(route)
    // Routes are as many as there are in the source.
    known.set(route, dialect)
    return dialect
  }
}

/** Times every request of an app. */
export function timeRequests(
  app: FastifyInstance,
  metrics: Metrics,
  dialectOf: (route: string) => string,
): void {
  app.addHook('onResponse', (request, reply, done) => {
    // Nobody can bring up more routes than there are: whatever leads nowhere is one.
    const route = request.routeOptions.url ?? 'none'
    metrics.answered(dialectOf(route), route, reply.statusCode, reply.elapsedTime / 1000)
    done()
  })
}
