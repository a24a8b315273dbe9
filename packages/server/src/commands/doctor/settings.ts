import { availableParallelism } from 'node:os'
import { type Config, variables } from '../../config.ts'
import type { Finding } from '../../finding.ts'
import { listenForMetrics } from '../../telemetry/metrics-listener.ts'
import { tracesUrl } from '../../telemetry/otlp.ts'

/** Files and connections of a process beside those of its clients: databases, Redis, threads. */
const OTHER_FILES = 200
/** Milliseconds that somebody else's server has to answer. */
const TIMEOUT_MS = 5000
/** Bits below which a secret is guessed sooner or later; 32 random hexadecimal characters have 128. */
const MIN_SECRET_BITS = 100
/** Characters by which a name may be off to be taken for a slip: `UPRIGTH_SECRET` is off by two. */
const MAX_EDIT_DISTANCE = 2
/** Characters of a name that is not taken for a slip: too much is near to `PORT`. */
const MIN_NAME_LENGTH = 6

const warning = (name: string, found: string, fix: string): Finding => ({ state: 'warn', name, found, fix })

/**
 * Names that Kubernetes and Docker links set for each service of a namespace: a service called `upright`
 * gives `UPRIGHT_SERVICE_HOST`, `UPRIGHT_PORT=tcp://…`, `UPRIGHT_PORT_80_TCP_ADDR` and others.
 */
const SERVICE_LINK =
  /_SERVICE_(HOST|PORT(_[A-Z0-9_]{1,63})?)$|_PORT_\d{1,5}_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$|_PORT=(tcp|udp|sctp):\/\//

/**
 * Variables that are meant for us and that nothing reads. `environment` is that of the process unless a test
 * gives one.
 */
export function misspelt(environment?: Record<string, string | undefined>): Finding[] {
  const { given, known } = variables(environment)
  return Object.entries(given)
    .filter(
      ([name, value]) =>
        !known.includes(name) && !SERVICE_LINK.test(`${name}=${value}`) && !SERVICE_LINK.test(name),
    )
    .map(([name]) => name)
    .flatMap(name => {
      const [nearest, off] = known
        .map(other => [other, distance(name, other)] as const)
        .reduce((best, next) => (next[1] < best[1] ? next : best))
      const ours = name.startsWith('UPRIGHT_')
      if (!ours && (off > MAX_EDIT_DISTANCE || name.length <= MIN_NAME_LENGTH)) return []
      return [warning('configuration', `${name} is read by nothing`, `is ${nearest} meant?`)]
    })
}

/** Characters to insert, remove or replace to make one text of another (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (a[i] === b[j] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}

/** Whether a secret of the configuration looks as if chance had made it. It is never told. */
export function givenSecret(
  name: string,
  secret: string,
  { previousSecret, nextSecret }: Partial<Pick<Config, 'previousSecret' | 'nextSecret'>> = {},
): Finding {
  const others = { UPRIGHT_PREVIOUS_SECRET: previousSecret, UPRIGHT_NEXT_SECRET: nextSecret }
  const given = Object.entries(others).filter(([, other]) => other !== undefined)
  const same = given.find(([, other]) => other === secret)
  if (same) {
    return warning(name, `${same[0]} is the same as UPRIGHT_SECRET`, 'unset it, or give the other secret')
  }
  const bits = bitsOf(secret)
  if (bits < MIN_SECRET_BITS) {
    const found = `UPRIGHT_SECRET has about ${bits} bits: it can be guessed`
    return warning(name, found, 'make one with: openssl rand -hex 32')
  }
  const also = given.map(([variable]) => `, ${variable} is accepted too`)
  return { state: 'ok', name, found: `from UPRIGHT_SECRET${also.join('')}` }
}

/**
 * Bits of the shortest piece that a text repeats, by how often each character is in it: at most what chance
 * would give it.
 */
function bitsOf(text: string): number {
  // Behind itself, a text that repeats a piece is found again after the first.
  const piece = text.slice(0, (text + text).indexOf(text, 1))
  const counts = new Map<string, number>()
  for (const character of piece) counts.set(character, (counts.get(character) ?? 0) + 1)
  const each = [...counts.values()].reduce(
    (sum, count) => sum - (count / piece.length) * Math.log2(count / piece.length),
    0,
  )
  return Math.floor(each * piece.length)
}

/** Whether there is a core for every process that serves. */
export function processes({ workers }: Pick<Config, 'workers'>): Finding[] {
  const cores = availableParallelism()
  const found = `${workers} of ${cores} core${cores === 1 ? '' : 's'}`
  if (workers > cores) {
    return [
      warning(
        'workers',
        found,
        'UPRIGHT_WORKERS=auto takes as many as there are: more only wait for each other',
      ),
    ]
  }
  return [{ state: 'ok', name: 'workers', found }]
}

/** Files and connections that a process may have open; undefined where there is no limit. */
function openFilesLimit(): number | undefined {
  const { userLimits } = process.report.getReport() as {
    userLimits?: { open_files: { soft: number | string } }
  }
  const limit = Number(userLimits?.open_files.soft)
  return Number.isFinite(limit) ? limit : undefined
}

/** Whether each process may open as many connections as it is to take. */
export function connections(
  { maxConnections, workers }: Pick<Config, 'maxConnections' | 'workers'>,
  limit = openFilesLimit(),
): Finding[] {
  const name = 'connections'
  const share = Math.ceil(maxConnections / workers)
  const found = `${share} of a process, ${limit ?? 'any number of'} open files`
  if (limit !== undefined && share + OTHER_FILES > limit) {
    const room = Math.max(1, (limit - OTHER_FILES) * workers)
    return [warning(name, found, `raise ulimit -n, or set UPRIGHT_MAX_CONNECTIONS to ${room}`)]
  }
  return [{ state: 'ok', name, found }]
}

/**
 * Whether the service knows its own names. Without a proxy in front it is tried out, or reached by those of
 * one machine.
 */
export function ownNames({ hosts, trustedProxies }: Pick<Config, 'hosts' | 'trustedProxies'>): Finding[] {
  const name = 'own names'
  if (hosts.length > 0) return [{ state: 'ok', name, found: hosts.join(', ') }]
  if (trustedProxies === 0) return []
  const found = 'pages of any name that a request gives count as our own'
  return [warning(name, found, 'set UPRIGHT_HOSTS to the names by which browsers reach the service')]
}

/** Whether the public keys and secrets of tests are known: with them everybody passes. */
export function testKeysOff({ testKeys }: Pick<Config, 'testKeys'>): Finding[] {
  if (!testKeys) return []
  const found = 'UPRIGHT_TEST_KEYS is on: back ends with a secret of tests let every visitor pass'
  return [
    warning('test keys', found, 'unset UPRIGHT_TEST_KEYS, unless this service is there for tests alone'),
  ]
}

/** Whether metrics can be shown where they should be, or are already. */
export async function metricsAddress({ metrics }: Pick<Config, 'metrics'>): Promise<Finding[]> {
  if (!metrics) return []
  const name = 'metrics'
  const { host, port } = metrics
  const at = `${host.includes(':') ? `[${host}]` : host}:${port}`
  try {
    await (await listenForMetrics(metrics, async () => '')).close()
    return [{ state: 'ok', name, found: `will be shown at ${at}` }]
  } catch {
    const shown = await fetch(`http://${at}/metrics`, { signal: AbortSignal.timeout(TIMEOUT_MS) }).then(
      async answer => (await answer.text()).includes('upright_build_info'),
      () => false,
    )
    if (shown) return [{ state: 'ok', name, found: `shown at ${at}` }]
    const fix = 'set UPRIGHT_METRICS to a free port, or to host:port of this machine'
    return [{ state: 'fail', name, found: `${at} cannot be listened on`, fix }]
  }
}

/** Whether a collector takes traces. */
export async function collector({ traces }: Pick<Config, 'traces'>): Promise<Finding[]> {
  if (!traces) return []
  const { origin } = new URL(traces.endpoint)
  const answer = await fetch(tracesUrl(traces.endpoint), {
    method: 'POST',
    headers: { ...traces.headers, 'content-type': 'application/json' },
    body: '{"resourceSpans":[]}',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).then(
    ({ status }) => `${status}`,
    () => 'nothing',
  )
  if (answer === '200') return [{ state: 'ok', name: 'traces', found: `taken by ${origin}` }]
  const fix = 'look at OTEL_EXPORTER_OTLP_ENDPOINT, _HEADERS and the collector; visitors notice nothing'
  return [warning('traces', `${origin} answers ${answer}`, fix)]
}
