import type { Outage } from '@upright/core'

/** Interval of log lines about the same outage, in milliseconds. */
const LOG_INTERVAL_MS = 10_000

/** Logs what the outage policies decide while the ledger is away; `now` gives milliseconds since 1970. */
export function createOutageLog(warn: (line: string) => void, now: () => number) {
  let told = Number.NEGATIVE_INFINITY
  const counts = { refuse: 0, accept: 0 }

  return ({ policy, error }: Outage): void => {
    counts[policy]++
    const time = now()
    if (Math.abs(time - told) < LOG_INTERVAL_MS) return
    told = time
    const { refuse, accept } = counts
    counts.refuse = counts.accept = 0
    warn(
      `the ledger is out of reach (${reasonOf(error)}): ${refuse} requests refused and ${accept} decided without it, ` +
        'as their sites want it, since the last line about it',
    )
  }
}

/** Message of the innermost cause, in one line. */
function reasonOf(error: unknown): string {
  let inner = error
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause
  return inner instanceof Error ? inner.message : String(inner)
}
