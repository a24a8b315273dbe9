import type { Ledger } from '@upright/core'

/** Counts the requests of each site, minute by minute. */
export interface Quota {
  /**
   * Takes one request of a site's `limit` a minute (0: none); returns 0, or the seconds to wait when it is
   * used up.
   */
  take(site: number, limit: number): number | Promise<number>
}

const MINUTE_MS = 60_000
const minuteOf = (time: number) => Math.floor(time / MINUTE_MS)
/** Seconds until the next minute begins. */
const untilNext = (time: number) => 60 - Math.floor((time % MINUTE_MS) / 1000)

/** A fixed window of a minute, counted by this process alone; `now` gives milliseconds since 1970. */
export function createQuota(now: () => number): Quota {
  const taken = new Map<number, number>()
  let minute = 0

  return {
    take(site, limit) {
      if (limit === 0) return 0
      const time = now()
      const current = minuteOf(time)
      if (current !== minute) {
        taken.clear()
        minute = current
      }
      const count = taken.get(site) ?? 0
      if (count >= limit) return untilNext(time)
      taken.set(site, count + 1)
      return 0
    },
  }
}

/** Counters through which processes share a quota. */
export interface SharedQuotaOptions {
  /** Milliseconds since 1970. */
  now: () => number
  ledger: Pick<Ledger, 'count'>
  /** Processes that share it. */
  workers: number
}

/**
 * Portions of a site's quota that a process takes in a minute, on average: few writes, and little is left
 * unused in other processes.
 */
const PORTIONS_PER_MINUTE = 16

/** Rest of a process's portion of a site's quota in the minute. */
interface Share {
  left: number
  /** Whether nothing is left to be had from the ledger. */
  last: boolean
  /** The one question for another portion, for which all wait. */
  asking?: Promise<void> | undefined
}

/**
 * A fixed window of a minute, counted by all processes of a ledger together, and never exceeded by them. Each
 * takes portions of the quota from the ledger and spends them by itself, so that a site of 1,000 a minute
 * costs two processes 32 writes. Where the ledger does not answer, a process makes do with its even part.
 */
export function createSharedQuota({ now, ledger, workers }: SharedQuotaOptions): Quota {
  const shares = new Map<number, Share>()
  let minute = 0

  const enlarge = async (share: Share, site: number, limit: number) => {
    const portion = Math.max(1, Math.floor(limit / (PORTIONS_PER_MINUTE * workers)))
    try {
      const nth = await ledger.count(`quota.${site}.${minute}`, 60)
      const rest = limit - (nth - 1) * portion
      share.left += Math.max(0, Math.min(portion, rest))
      share.last = rest <= portion
    } catch {
      share.left += Math.ceil(limit / workers)
      share.last = true
    }
  }

  return {
    async take(site, limit) {
      if (limit === 0) return 0
      const time = now()
      const current = minuteOf(time)
      if (current !== minute) {
        shares.clear()
        minute = current
      }
      const share = shares.get(site) ?? { left: 0, last: false }
      shares.set(site, share)
      while (share.left === 0) {
        if (share.last) return untilNext(time)
        share.asking ??= enlarge(share, site, limit).finally(() => {
          share.asking = undefined
        })
        await share.asking
      }
      share.left--
      return 0
    },
  }
}
