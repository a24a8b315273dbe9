import { existsSync } from 'node:fs'
import { type Finding, ok } from '../finding.ts'

/** Seconds by which the clock may be behind the last time that a ledger has seen. */
const MAX_STEP_SECONDS = 60
/** The file that systemd's time service writes when the clock is synchronised; other services write none. */
const SYNCHRONISED = '/run/systemd/timesync/synchronized'
/** No clock is right that shows a time before this version was written. */
const MIN_TIME = Date.UTC(2026, 0, 1)

/**
 * Whether the clock of this machine can be right. `seen`: the last time of a ledger, in seconds since 1970.
 */
export function clockFinding(seen = 0): Finding {
  const time = Date.now()
  const found = new Date(time).toISOString()
  const fix = 'correct the clock, and let a time service keep it'
  if (time < MIN_TIME) return { state: 'fail', name: 'clock', found: `${found} cannot be`, fix }
  const back = seen - Math.floor(time / 1000)
  if (back > MAX_STEP_SECONDS)
    return { state: 'warn', name: 'clock', found: `${found}, ${back} s before the last seen time`, fix }
  return ok('clock', existsSync(SYNCHRONISED) ? `${found}, kept by systemd-timesyncd` : found)
}
