import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Health } from '../../operate/health.ts'
import type { Service } from '../../service.ts'
import type { HealthAnswer, Status } from './wire.ts'

const status = (up: boolean): Status => (up ? 'UP' : 'DOWN')

/** `GET /healthcheck`. Spent ids lie in memcached there and in our ledger here: `memcachedHealth` is the ledger's. */
export const healthHandler =
  (probe: () => Promise<Health>) =>
  async (_request: FastifyRequest, reply: FastifyReply): Promise<HealthAnswer> => {
    const { up, disk, ledger, registry } = await probe()
    reply.code(up ? 200 : 503).header('cache-control', 'no-store')
    return {
      status: status(up),
      components: {
        diskSpace: {
          status: status(disk.up),
          details: {
            total: String(disk.total),
            free: String(disk.free),
            threshold: String(disk.threshold),
            exists: disk.exists,
          },
        },
        memcachedHealth: { status: status(ledger) },
        ping: { status: 'UP' },
        registry: { status: status(registry) },
      },
    }
  }

/** `GET /version` */
export const versionHandler = ({ version }: Service) => {
  return async () => ({ version })
}

/** `GET /info` */
export const infoHandler = ({ version }: Service) => {
  return async () => ({ app: { version } })
}
