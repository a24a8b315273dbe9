import type { FastifyInstance } from 'fastify'
import { labelOf } from '../http/route-labels.ts'
import type { Metrics } from './metrics.ts'

/** Times every request of an app, by the label and the pattern of its route. */
export function timeRequests(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    // Nobody can bring up more routes than there are: whatever leads nowhere is one.
    const route = request.routeOptions.url ?? 'none'
    metrics.answered(labelOf(request), route, reply.statusCode, reply.elapsedTime / 1000)
    done()
  })
}
