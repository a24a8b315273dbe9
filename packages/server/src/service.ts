import type { Captcha, KeyRing, Ledger, Passes, Tickets } from '@upright/core'
import type { Config } from './config.ts'
import type { Pictures } from './pictures/picture.ts'
import type { Ladder } from './policy/ladder/ladder.ts'
import type { Registry, SiteWithSecret } from './registry/registry.ts'
import type { Alarms } from './telemetry/alarms.ts'
import type { Backend, Metrics } from './telemetry/metrics.ts'
import type { Traces } from './telemetry/traces.ts'
import type { Sounds } from './threads/sounds.ts'

/** The service: everything that requests need, made once at the start and passed to the routes. */
export interface Service {
  config: Config
  captcha: Captcha
  /** What visitors are asked, sealed: for dialects that answer a question in one request. */
  tickets: Tickets
  /** What a right answer earns there, sealed: back ends redeem it. */
  passes: Passes
  /** How much visitors are asked for. */
  ladder: Ladder
  /**
   * Sounds, made beside the event loop; everything else about a challenge is quick enough to be made on it.
   */
  sounds: Sounds
  /** The animals that discs show. */
  pictures: Pictures
  /** The master secret in force, from the environment or the data folder. */
  secret: string
  /**
   * Whether a start would find the same secret: its file in the data folder, where it comes from there, is
   * still there and still the same.
   */
  secretKept: () => boolean
  /**
   * The keys of a label and a length in bytes, of that secret first and then of each that is accepted beside
   * it.
   */
  keys: (label: string, length: number) => KeyRing
  registry: Registry
  ledger: Ledger
  /** The backends that other nodes share; those of this node alone are in its data folder. */
  shared: Set<Backend>
  /** Logs backends that do not answer. */
  alarms: Alarms
  /** Counts what is done, where the configuration wants it. */
  metrics: Metrics | undefined
  /** Traces of requests, when the configuration wants them. */
  traces: Traces | undefined
  /** Milliseconds since 1970. */
  now: () => number
  /** n fresh random bytes, from a cryptographic source. */
  random: (n: number) => Buffer
  /** The version of the package, as in its package.json. */
  version: string
  /** The demo site with its secret, at the one start that made it. */
  demo: SiteWithSecret | undefined
  /** Aborted when the process was asked to stop: it still serves, but is not ready for more. */
  stopping: AbortController
  close(): Promise<void>
}
