/** Interval and timeout of heartbeats of workers. */
export interface HeartbeatTimes {
  /** Milliseconds between two heartbeats. */
  interval: number
  /** Milliseconds without any after which a worker is replaced. */
  timeout: number
}

/** The times of the service. */
export const HEARTBEAT_TIMES_MS: HeartbeatTimes = { interval: 1000, timeout: 10_000 }

/** The heartbeats of workers, as the process that watches over them hears them. */
export interface Heartbeats<Worker> {
  /** A worker sent one. From the first on, it is expected to send more. */
  heard(worker: Worker): void
  /** A worker has ended. */
  forget(worker: Worker): void
  /** To be called once an interval: the workers that have been silent for too long, each once. */
  tick(): Worker[]
}

/**
 * Counts the ticks since each worker was heard. A tick of this process, not the clock, says that a heartbeat
 * was missed: after the machine or this process was suspended, all heartbeats are late, and no worker hangs.
 */
export function createHeartbeats<Worker>({ interval, timeout }: HeartbeatTimes): Heartbeats<Worker> {
  const missed = new Map<Worker, number>()
  return {
    heard(worker) {
      missed.set(worker, 0)
    },
    forget(worker) {
      missed.delete(worker)
    },
    tick() {
      for (const [worker, count] of missed) missed.set(worker, count + 1)
      const silent = [...missed].filter(([, count]) => count * interval > timeout).map(([worker]) => worker)
      for (const worker of silent) missed.delete(worker)
      return silent
    },
  }
}
