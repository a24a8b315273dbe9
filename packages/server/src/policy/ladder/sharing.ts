import type { Ladder, Report } from './ladder.ts'
import { COUNTS, countsOf } from './site-state.ts'

/** A place where processes tell each other what they have counted. */
export interface Exchange {
  /**
   * Gives what was counted here since the last exchange, and gets what others have counted since then.
   * Rejects while the place is away.
   */
  exchange(own: readonly Report[]): Promise<Exchanged>
}

export interface Exchanged {
  others: Report[]
  /** Processes that take part, this one included. */
  processes: number
}

/** Keeps a ladder in step with those of other processes. No decision waits for it. */
export interface Sharing {
  /** To be called once a second. Never rejects. */
  tick(): Promise<void>
}

/** While nobody is heard, each process takes the others to have counted what it has itself. */
export function createSharing(ladder: Ladder, place: Exchange): Sharing {
  let processes = 1
  let busy = false
  return {
    async tick() {
      if (busy) return
      busy = true
      const own = ladder.takeReports()
      try {
        const exchanged = await place.exchange(own)
        processes = exchanged.processes
        ladder.addReports(exchanged.others)
      } catch {
        if (processes > 1) ladder.addReports(own.map(report => times(report, processes - 1)))
      } finally {
        busy = false
      }
    },
  }
}

const times = (report: Report, factor: number): Report => ({
  site: report.site,
  ...countsOf(name => report[name] * factor),
})

/** Adds reports to those that wait. */
export function addTo(waiting: Map<number, Report>, reports: readonly Report[]): void {
  for (const report of reports) {
    const sum = waiting.get(report.site)
    if (sum) for (const name of COUNTS) sum[name] += report[name]
    else waiting.set(report.site, { ...report })
  }
}

/** The exchange of the processes of one machine, in the process that watches over them. */
export function createSwitchboard<Process>() {
  const waiting = new Map<Process, Map<number, Report>>()
  return {
    /** A process told what it has counted: gives what the others have since it last did. */
    exchange(process: Process, own: readonly Report[]): Exchanged {
      const others = [...(waiting.get(process)?.values() ?? [])]
      waiting.set(process, new Map())
      for (const [other, reports] of waiting) if (other !== process) addTo(reports, own)
      return { others, processes: waiting.size }
    },
    /** A process has ended. */
    forget(process: Process): void {
      waiting.delete(process)
    },
  }
}
