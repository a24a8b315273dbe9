import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ListenAddress } from '../config.ts'
import { protectServer, SMALL_SERVER_BOUNDS } from '../http/connections.ts'

/** Content type of the text format of Prometheus. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** The address of the metrics, separate from the service. */
export interface MetricsListener {
  /** The port in use. */
  port: number
  close(): Promise<void>
}

/**
 * Shows `render` at `/metrics` of an address of its own, so that no reverse proxy shows it to the world by
 * accident.
 * @throws Error of `listen`, with its code
 */
export function listenForMetrics(
  { host, port }: ListenAddress,
  render: () => Promise<string>,
): Promise<MetricsListener> {
  const server = createServer(async (request, reply) => {
    if (request.url?.split('?')[0] !== '/metrics') return reply.writeHead(404).end()
    if (request.method !== 'GET') return reply.writeHead(405, { allow: 'GET' }).end()
    try {
      const figures = await render()
      reply.writeHead(200, { 'content-type': METRICS_TYPE, 'cache-control': 'no-store' }).end(figures)
    } catch {
      // A worker did not answer: no figures are better than those of a part.
      reply.writeHead(503).end()
    }
  })
  protectServer(server, { bounds: SMALL_SERVER_BOUNDS })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise(closed => {
            server.close(() => closed())
            server.closeAllConnections()
          }),
      })
    })
  })
}
