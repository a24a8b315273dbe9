import type { FastifyReply } from 'fastify'

/** Calls back once when the connection of a request closes before its answer was written. */
export function onUndelivered({ raw }: FastifyReply, act: () => void): void {
  // Closed while the answer was being made: there is no event to come.
  if (raw.destroyed) {
    act()
    return
  }
  let written = false
  raw.once('finish', () => {
    written = true
  })
  raw.once('close', () => written || act())
}
