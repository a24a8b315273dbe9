import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { performance } from 'node:perf_hooks'
import { type Finding, type Fix, fixOf, tlsFixes } from '../finding.ts'
import { clockFinding } from './clock.ts'
import type { LedgerConfig, LedgerDriver } from './driver.ts'
import type { Inspected } from './redis/inspect.ts'
import { PROBE_TIMEOUT_MS } from './redis/timeouts.ts'
import { parseRedisUrl } from './redis/url.ts'

/** Milliseconds by which the clock of a server may differ from ours before it is worth a word. */
const MAX_CLOCK_DIFFERENCE_MS = 2000

const PLAIN_PORT = 'this port does not speak TLS: write redis:// in REDIS_URL, or the port of TLS'
/** What to do about each failure of Redis. */
const FIXES: Fix[] = [
  [
    /NOPERM/,
    'give the user its rights: ACL SETUSER NAME ~upright:* +set +get +eval +incr +expire +info +role +wait +time, ' +
      'in a cluster also +cluster|slots +asking, for another database than 0 also +select',
  ],
  [/WRONGPASS|NOAUTH|without any password configured/, 'correct the user and the password in REDIS_URL'],
  ...tlsFixes('give it as ?ca=FILE in REDIS_URL, or in NODE_EXTRA_CA_CERTS'),
  [/EPROTO|wrong version number/, PLAIN_PORT],
  [
    /ECONNRESET|Connection is closed|socket hang up/,
    'where this port speaks TLS, write rediss:// in REDIS_URL',
  ],
  [/ENOTFOUND|EAI_AGAIN/, 'correct the host in REDIS_URL'],
  [/READONLY/, 'let REDIS_URL name the master, or sentinels (redis+sentinel://)'],
]

const urlOf = ({ redisUrl }: LedgerConfig) => redisUrl!

/**
 * The ledger that nodes share, at `REDIS_URL`. Its client loads slowly, so it is imported at its first use.
 */
export const redis: LedgerDriver = {
  name: 'redis',
  variable: 'REDIS_URL',
  shared: true,
  takes: ({ redisUrl }) => Boolean(redisUrl),
  exists: () => true,
  async open(config, { now, warn, notes, repeat }) {
    const { redisLedger } = await import('./redis.ts')
    return redisLedger({ url: urlOf(config), now, warn, notes, repeat })
  },
  doctor: async config => [clockFinding(), ...(await ledgerFindings(urlOf(config)))],
}

/** Whether the ledger is reached and claims, and whether its servers keep what is spent. */
async function ledgerFindings(url: string): Promise<Finding[]> {
  try {
    const [{ inspectRedis }, { redisLedger }] = await Promise.all([
      import('./redis/inspect.ts'),
      import('./redis.ts'),
    ])
    const servers = await inspectRedis(url)
    const ledger = await redisLedger({ url, now: Date.now })
    try {
      const before = performance.now()
      await ledger.claim(`doctor ${randomBytes(16).toString('hex')}`, 1, 'doctor')
      const took = (performance.now() - before).toFixed(1)
      await ledger.ping()
      return [
        { state: 'ok', name: 'ledger', found: `Redis, a claim in ${took} ms` },
        ...servers.flatMap(serverFindings),
      ]
    } finally {
      await ledger.close()
    }
  } catch (error) {
    // What the ledger says to visitors hides the reason.
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const found = reason instanceof Error ? reason.message : String(reason)
    const fix = (await isPlainPort(url))
      ? PLAIN_PORT
      : fixOf(error, FIXES, 'start Redis, or correct REDIS_URL')
    return [{ state: 'fail', name: 'ledger', found, fix }]
  }
}

/**
 * Whether a server that is asked for TLS answers without: Redis waits in silence for the rest of a TLS
 * greeting.
 */
async function isPlainPort(url: string): Promise<boolean> {
  const { tls, addresses } = parseRedisUrl(url)
  const [{ host, port }] = addresses
  if (!tls) return false
  return new Promise(resolve => {
    const socket = connect({ host, port, timeout: PROBE_TIMEOUT_MS }, () => socket.write('PING\r\n'))
    const end = (plain: boolean) => {
      socket.destroy()
      resolve(plain)
    }
    socket.once('data', data => end(/^[+-]/.test(data.toString('latin1'))))
    for (const event of ['timeout', 'error', 'close']) socket.once(event, () => end(false))
  })
}

function serverFindings({
  name,
  version,
  replicas,
  eviction,
  appendOnly,
  sync,
  ahead,
}: Inspected): Finding[] {
  const followed = `${replicas} replica${replicas === 1 ? '' : 's'}`
  const kept = sync ? `, synced ${sync}` : ''
  const findings: Finding[] = [
    {
      state: 'ok',
      name: `redis ${name}`,
      found: `version ${version}, ${followed}${appendOnly ? `, appendonly${kept}` : ''}`,
    },
  ]
  const warn = (found: string, fix: string) =>
    findings.push({ state: 'warn', name: `redis ${name}`, found, fix })
  if (eviction !== 'noeviction') {
    warn(
      `maxmemory-policy ${eviction}: when its memory is full, spent challenges could be answered again`,
      'set maxmemory-policy noeviction',
    )
  }
  if (!appendOnly) {
    warn('appendonly no: after its restart, challenges that are open are refused', 'set appendonly yes')
  }
  if (Math.abs(ahead) > MAX_CLOCK_DIFFERENCE_MS) {
    const seconds = `${(Math.abs(ahead) / 1000).toFixed(1)} s ${ahead > 0 ? 'ahead of' : 'behind'}`
    warn(`its clock is ${seconds} this machine's`, 'correct the clocks, and let a time service keep them')
  }
  return findings
}
