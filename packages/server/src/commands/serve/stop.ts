import { Server } from 'node:net'
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/**
 * Milliseconds that requests under way have to end once no connection is taken any more, those of clients
 * included that have connected and not sent theirs. Browsers keep sockets open for no request.
 */
export const GRACE_MS = 5000
/** Milliseconds for which a connection without a request is still held: a client may be about to use it. */
const IDLE_MS = 1000

/** Turns of the event loop for which connections that wait to be taken are looked for at the most. */
const MAX_TURNS = 1000

/**
 * Takes no more connections after `drain` milliseconds, lets requests under way end, and answers what still
 * comes over connections that are open. From the call on, each answer tells its client that the connection
 * ends with it.
 */
export async function closeApp(app: FastifyInstance, drain = 0): Promise<void> {
  const { server } = app
  server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'))
  // For answers that were under way: Node reads it when it has sent one.
  server.keepAliveTimeout = IDLE_MS
  await pause(drain)
  await takeWaiting(server)
  const timers = [
    setTimeout(() => server.closeIdleConnections(), IDLE_MS),
    setTimeout(() => server.closeAllConnections(), GRACE_MS),
  ]
  // The HTTP server's own `close` would cut idle connections off at once, requests on their way included.
  await new Promise(resolve => Server.prototype.close.call(server, resolve))
  for (const timer of timers) clearTimeout(timer)
  await app.close()
}

/**
 * Accepts the connections in the system's queue, because closing would reset them: Node takes one in a turn.
 */
async function takeWaiting(server: Server): Promise<void> {
  let quiet = 0
  const onConnection = () => {
    quiet = 0
  }
  server.on('connection', onConnection)
  for (let turns = 0; turns < MAX_TURNS && quiet < 2; turns++) {
    quiet++
    await turn()
  }
  server.off('connection', onConnection)
}

/**
 * Signals that ask a process to end: SIGHUP comes when its terminal is closed, and Node ends at once without
 * a listener.
 */
const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** Calls a function on every signal that asks this process to end. */
export function onStopSignal(stop: () => void): void {
  for (const signal of STOP_SIGNALS) process.on(signal, stop)
}

/** Ends on the first signal when requests under way have ended, on the second at once. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false
  const onSignal = () => {
    if (stopping) process.exit(1)
    stopping = true
    endAfter(stop())
  }
  onStopSignal(onSignal)
}

/** Ends the process when what is under way has ended. */
export function endAfter(work: Promise<void>): void {
  work.then(
    () => process.exit(0),
    error => {
      process.stderr.write(`upright: ${error instanceof Error ? error.message : error}\n`)
      process.exit(1)
    },
  )
}
