import { readdirSync, readFileSync } from 'node:fs'

/** What processes have used so far. */
export interface Usage {
  /** Seconds of processor time. */
  cpu: number
  /** Bytes of memory; what processes share is counted once. */
  memory: number
}

/** Ticks of the kernel's clock in a second: what Linux tells programs on every machine of today. */
const TICKS_PER_SECOND = 100

/**
 * What a process has used, and all those that it started unless it is meant `alone`; nothing where the system
 * does not tell.
 */
export function usageOf(pid: number, who: 'family' | 'alone' = 'family'): Usage {
  const total: Usage = { cpu: 0, memory: 0 }
  for (const id of who === 'alone' ? [pid] : familyOf(pid)) {
    try {
      // The name stands in brackets, and may hold any.
      const fields = readFileSync(`/proc/${id}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
      total.cpu += (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
      const shares = readFileSync(`/proc/${id}/smaps_rollup`, 'utf8')
      total.memory += Number(/^Pss: +(\d+) kB$/m.exec(shares)![1]) * 1024
    } catch {
      // It ended in this moment.
    }
  }
  return total
}

const familyOf = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(familyOf)]

/**
 * The processes that a process has started; none where the system does not tell it this way, or when it ended
 * in this moment.
 */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap(task =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map(Number),
    )
  } catch {
    return []
  }
}

/** The difference that some time made: processor time used meanwhile, memory at its end. */
export const since = (before: Usage, after: Usage): Usage => ({
  cpu: after.cpu - before.cpu,
  memory: after.memory,
})

/** Calls a second of processor time, of all threads: whatever else runs on the machine counts little. */
export async function perSecond(call: (n: number) => unknown, from: number, to: number): Promise<number> {
  const start = process.cpuUsage()
  for (let n = from; n < to; n++) await call(n)
  const { user, system } = process.cpuUsage(start)
  return ((to - from) * 1e6) / (user + system)
}
