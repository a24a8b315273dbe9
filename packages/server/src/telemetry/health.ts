import { statfs } from 'node:fs/promises'
import type { Ledger } from '@upright/core'
import type { FastifyInstance } from 'fastify'
import type { Registry } from '../registry/registry.ts'
import { BOUNDS } from '../registry/settings.ts'
import type { Alarms } from './alarms.ts'
import type { Backend } from './metrics.ts'

/** Bytes that must be free in the data folder. The figure of Spring's own health check. */
const MIN_FREE_BYTES = 10 * 1024 * 1024
/** Milliseconds after which a backend that has not answered counts as down. */
const TIMEOUT_MS = 2000

/** Result of a health check. Sizes are in bytes. */
export interface Health {
  /** Whether disk, ledger and registry are. */
  up: boolean
  disk: { up: boolean; total: number; free: number; threshold: number; exists: boolean }
  ledger: boolean
  registry: boolean
  /** Whether another start would find the same secret; this process goes on without. */
  secret: boolean
  /**
   * The last issue time, in seconds since 1970, of challenges that are refused because the ledger has lost
   * what was spent.
   */
  lost: number | undefined
}

/** Dependencies of the health check. */
interface Probed {
  ledger: Pick<Ledger, 'ping' | 'loss'>
  registry: Pick<Registry, 'ping' | 'sites'>
  config: { data: string }
  alarms: Alarms
  /** Whether the data folder still holds the secret in force. */
  secretKept(): boolean
  /** Milliseconds since 1970. */
  now(): number
}

/** Measures how the service is. Calls made while one is under way share its result. */
export type Probe = () => Promise<Health>

/** A probe of the disk, the ledger and the registry. */
export function createProbe({ ledger, registry, config, alarms, secretKept, now }: Probed): Probe {
  const answers = (backend: Backend, ping: () => Promise<void>) =>
    within(ping).then(
      () => true,
      (error: unknown) => {
        alarms.failed(backend, error)
        return false
      },
    )
  const measureDisk = () =>
    statfs(config.data).then(
      ({ bsize, blocks, bavail }) => {
        const free = bavail * bsize
        return {
          up: free >= MIN_FREE_BYTES,
          total: blocks * bsize,
          free,
          threshold: MIN_FREE_BYTES,
          exists: true,
        }
      },
      () => ({ up: false, total: 0, free: 0, threshold: MIN_FREE_BYTES, exists: false }),
    )
  /** A loss for as long as something could be open still that was issued before it. */
  const measureLoss = async () => {
    const loss = ledger.loss?.()
    const age = now() / 1000 - (loss?.before ?? 0)
    if (!loss?.alarming || age > BOUNDS.expiry[1]) return undefined
    const sites = await registry.sites().catch(() => [])
    const longest = Math.max(...sites.map(({ settings }) => settings.expiry))
    return age <= longest ? loss.before : undefined
  }
  const measure = async (): Promise<Health> => {
    const [disk, ledgerUp, registryUp, lost] = await Promise.all([
      measureDisk(),
      answers('ledger', () => ledger.ping()),
      answers('registry', () => registry.ping()),
      measureLoss(),
    ])
    const up = disk.up && ledgerUp && registryUp
    return { up, disk, ledger: ledgerUp, registry: registryUp, secret: secretKept(), lost }
  }
  let underWay: Promise<Health> | undefined

  return () => {
    underWay ??= measure().finally(() => {
      underWay = undefined
    })
    return underWay
  }
}

/**
 * What a load balancer should know. Only what another node would do better makes this one `unavailable`: its
 * own disk, and what is on it. Without a ledger or a registry that all nodes share, all of them are
 * `degraded`, and each still answers in its dialect's words; were they taken away, nobody would. The same
 * holds for one whose secret is no longer on the disk, and for a ledger that has lost what was spent.
 */
const readiness = ({ up, disk, ledger, registry, secret, lost }: Health, shared: ReadonlySet<Backend>) => {
  if (up && secret && lost === undefined) return 'ready'
  const alone = disk.up && (ledger || shared.has('ledger')) && (registry || shared.has('registry'))
  return alone ? 'degraded' : 'unavailable'
}

/**
 * `/healthz`: the process runs. `/readyz`: it can do its work, and is to be given some. Neither needs access,
 * and neither tells more.
 */
export function healthRoutes(
  app: FastifyInstance,
  probe: Probe,
  { shared, stopping }: { shared: ReadonlySet<Backend>; stopping: AbortController },
): void {
  app.get('/healthz', (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'alive' }),
  )
  app.get('/readyz', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
    if (stopping.signal.aborted) return reply.code(503).send({ status: 'stopping' })
    const health = await probe()
    const { disk, ledger, registry, secret, lost } = health
    const status = readiness(health, shared)
    return reply.code(status === 'unavailable' ? 503 : 200).send({
      status,
      ...(lost !== undefined && {
        reason: `challenges issued until ${isoOf(lost)} are refused: the ledger lost what was spent`,
      }),
      checks: { disk: disk.up, ledger, registry, secret },
    })
  })
}

const isoOf = (seconds: number) => new Date(seconds * 1000).toISOString()

function within(ping: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${TIMEOUT_MS} ms`)), TIMEOUT_MS)
  })
  return Promise.race([ping(), late]).finally(() => clearTimeout(timer))
}
