/** Counts the requests of each site in this process, minute by minute. */
export interface Quota {
  /** Takes one request of a site's `limit` a minute (0: none); returns 0, or the seconds to wait when it is used up. */
  take(site: number, limit: number): number
}

/** A fixed window of a minute; `now` gives milliseconds since 1970. */
export function createQuota(now: () => number): Quota {
  const taken = new Map<number, number>()
  let minute = 0

  return {
    take(site, limit) {
      if (limit === 0) return 0
      const time = now()
      const current = Math.floor(time / 60_000)
      if (current !== minute) {
        taken.clear()
        minute = current
      }
      const count = taken.get(site) ?? 0
      if (count >= limit) return 60 - Math.floor((time % 60_000) / 1000)
      taken.set(site, count + 1)
      return 0
    },
  }
}
