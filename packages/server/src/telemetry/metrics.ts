import type { Verdict } from '@upright/core'
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram } from 'prom-client'
import type { ConnectionBound } from '../http/connections.ts'
import type { Refused } from '../policy/admission.ts'
import { GUESSED_KINDS } from '../policy/ladder/guesses.ts'
import type { Decision, SiteFigures } from '../policy/ladder/ladder.ts'

/** A backend that the service needs and that may be elsewhere. */
export type Backend = 'ledger' | 'registry'

/** The metrics of one process. Nothing in them identifies a visitor. */
export interface Metrics {
  /** The ladder decided how much a visitor is asked for. */
  decided(site: number, dialect: string, decision: Decision): void
  issued(site: number, dialect: string, kind: string): void
  shown(site: number, dialect: string, form: string): void
  checked(site: number, dialect: string, verdict: Verdict): void
  limited(site: number, dialect: string, why: Refused): void
  /** A request was answered: `route` is the pattern of its address, never the address. */
  answered(dialect: string, route: string, status: number, seconds: number): void
  /** A backend was called, and answered or failed. */
  called(backend: Backend, operation: string, seconds: number, failed: boolean): void
  /** A connection was refused for a bound. */
  refusedConnection(bound: ConnectionBound): void
  /** Has `open` asked, whenever the figures are read, how many connections are open. */
  watchConnections(open: () => number): void
  /**
   * Has `measure` asked, whenever the figures are read, whether the backends answer, whether challenges are
   * refused because the ledger lost what was spent, and how many bytes the disk has left.
   */
  watch(measure: () => Promise<{ ledger: boolean; registry: boolean; lost: boolean; free: number }>): void
  /** Has `figures` asked, whenever the figures are read, how the ladder sees each site. */
  watchLadder(figures: () => readonly SiteFigures[]): void
  /** The metrics in the text format of Prometheus. */
  render(): Promise<string>
}

/**
 * Sites with a label of their own: each has up to 18 series a dialect. Later ones are counted together, as
 * `other`.
 */
const MAX_LABELLED_SITES = 500
/**
 * Seconds. A validation takes a millisecond, a picture one, a sound some ten; a ledger that is far away tens.
 */
const BUCKETS_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/**
 * The metrics of a process that runs this version, and Node's own; `sites` get labels of their own. One list,
 * so that each metric is declared beside the others and counted in one place.
 */
export function createMetrics(version: string, sites = MAX_LABELLED_SITES): Metrics {
  // In a worker of a cluster this also answers the primary, when it asks for the figures.
  const registry = new AggregatorRegistry()
  const registers = [registry]
  AggregatorRegistry.setRegistries(registers)
  collectDefaultMetrics({ register: registry })

  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name: `upright_${name}`, help, labelNames, registers })
  const seconds = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Histogram({ name: `upright_${name}`, help, labelNames, buckets: BUCKETS_SECONDS, registers })

  const issued = counter('issued_total', 'Challenges issued.', ['site', 'dialect', 'kind'])
  const decided = counter('decisions_total', 'Decisions how much a visitor is asked for, by rung.', [
    'site',
    'dialect',
    'rung',
  ])
  const reasons = counter(
    'decision_reasons_total',
    'Reasons of decisions, also where they are not enforced.',
    ['site', 'dialect', 'reason'],
  )
  const shown = counter('shown_total', 'Pictures and sounds made.', ['site', 'dialect', 'form'])
  const checked = counter('checked_total', 'Responses checked, by verdict.', ['site', 'dialect', 'verdict'])
  const limited = counter('limited_total', 'Requests refused by a rate limit, a quota or load shedding.', [
    'site',
    'dialect',
    'action',
  ])
  const requests = seconds(
    'request_duration_seconds',
    'Duration of requests in seconds, until the answer was sent.',
    ['dialect', 'route', 'status'],
  )
  const calls = seconds(
    'backend_call_duration_seconds',
    'Duration of calls of the ledger and the registry in seconds.',
    ['backend', 'operation'],
  )
  const failures = counter('backend_failures_total', 'Calls of the ledger and the registry that failed.', [
    'backend',
    'operation',
  ])
  const refusedConnections = counter('connections_refused_total', 'Connections refused by a limit.', [
    'reason',
  ])
  new Gauge({
    name: 'upright_build_info',
    help: 'Always 1; the labels have the version of Upright and of Node.',
    labelNames: ['version', 'node'],
    registers,
    aggregator: 'first',
  }).set({ version, node: process.versions.node }, 1)

  const names = new Map<number, string>()
  /** A site's label. */
  const nameOf = (site: number): string => {
    const known = names.get(site)
    if (known !== undefined) return known
    if (names.size >= sites) return 'other'
    names.set(site, `${site}`)
    return `${site}`
  }

  return {
    decided(site, dialect, { rung, computed }) {
      decided.inc({ site: nameOf(site), dialect, rung })
      for (const reason of computed.reasons) reasons.inc({ site: nameOf(site), dialect, reason })
    },
    issued: (site, dialect, kind) => issued.inc({ site: nameOf(site), dialect, kind }),
    shown: (site, dialect, form) => shown.inc({ site: nameOf(site), dialect, form }),
    checked: (site, dialect, verdict) => checked.inc({ site: nameOf(site), dialect, verdict }),
    limited: (site, dialect, why) => limited.inc({ site: nameOf(site), dialect, action: why }),
    answered(dialect, route, status, seconds) {
      requests.observe({ dialect, route, status: `${Math.floor(status / 100)}xx` }, seconds)
    },
    called(backend, operation, seconds, failed) {
      calls.observe({ backend, operation }, seconds)
      if (failed) failures.inc({ backend, operation })
    },
    refusedConnection: bound => refusedConnections.inc({ reason: bound }),
    watchConnections(open) {
      new Gauge({
        name: 'upright_connections_open',
        help: 'Open connections.',
        registers,
        collect() {
          this.set(open())
        },
      })
    },
    watchLadder(figures) {
      const gauge = (name: string, help: string, value: (figures: SiteFigures) => number) =>
        new Gauge({
          name: `upright_${name}`,
          help,
          labelNames: ['site'],
          registers,
          aggregator: 'max',
          collect() {
            this.reset()
            // Sites without a label of their own share one, with the highest of their figures.
            const highest = new Map<string, number>()
            for (const each of figures()) {
              const site = nameOf(each.site)
              highest.set(site, Math.max(highest.get(site) ?? Number.NEGATIVE_INFINITY, value(each)))
            }
            for (const [site, figure] of highest) this.set({ site }, figure)
          },
        })
      gauge('site_rung', 'The rung that is computed for a site as a whole, enforced or not.', f => f.rung)
      gauge('site_volume', 'Passes of a site, in powers of two of what is usual.', f => f.volume)
      gauge('site_usual_passes', 'Passes that are usual for a site in this hour.', f => f.usualPerHour)
      gauge('site_bad_share', 'Share of reported outcomes that are bad, 0 to 1.', f => f.badShare)
      new Gauge({
        name: 'upright_site_guessed',
        help: '1 while answers of a kind are guessed at a site, enforced or not, else 0.',
        labelNames: ['site', 'kind'],
        registers,
        aggregator: 'max',
        collect() {
          this.reset()
          for (const { site, guessed } of figures()) {
            for (const kind of GUESSED_KINDS) {
              const labels = { site: nameOf(site), kind }
              if (guessed.includes(kind)) this.set(labels, 1)
              // Of sites that share a label, another may be guessed.
              else this.inc(labels, 0)
            }
          }
        },
      })
    },
    watch(measure) {
      // Of several processes the one that fares worst is told.
      new Gauge({
        name: 'upright_disk_free_bytes',
        help: 'Free bytes in the data folder.',
        registers,
        aggregator: 'min',
        async collect() {
          this.set((await measure()).free)
        },
      })
      new Gauge({
        name: 'upright_ledger_lost',
        help: '1 while challenges are refused because the ledger lost claims.',
        registers,
        aggregator: 'max',
        async collect() {
          this.set(Number((await measure()).lost))
        },
      })
      new Gauge({
        name: 'upright_backend_up',
        help: '1 when the backend answers, else 0.',
        labelNames: ['backend'],
        registers,
        aggregator: 'min',
        async collect() {
          const measured = await measure()
          this.set({ backend: 'ledger' }, Number(measured.ledger))
          this.set({ backend: 'registry' }, Number(measured.registry))
        },
      })
    },
    render: () => registry.metrics(),
  }
}

/**
 * The figures of all workers of this cluster as one, for the primary. Workers answer where `createMetrics`
 * was called. The result rejects when a worker does not answer within 5 seconds.
 */
export function clusterMetrics(): () => Promise<string> {
  const all = new AggregatorRegistry()
  return () => all.clusterMetrics()
}
