import { Server } from 'node:net'
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import { CaptchaError } from '@upright/core'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../../config.ts'
import { listenForMetrics } from '../../telemetry/metrics-listener.ts'

/**
 * Milliseconds that requests under way have to end once no connection is taken any more, those of clients
 * included that have connected and not sent theirs. Browsers keep sockets open for no request.
 */
export const GRACE = 5000
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
    setTimeout(() => server.closeAllConnections(), GRACE),
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

/** Metrics that are shown. */
export interface ShownMetrics {
  /** Their address on this machine. */
  url: string
  close(): Promise<void>
}

/** Shows metrics where the configuration wants them. @throws CaptchaError `port_in_use`, `config_invalid` */
export async function showMetrics(
  { metrics }: Config,
  render: () => Promise<string>,
): Promise<ShownMetrics | undefined> {
  if (!metrics) return undefined
  try {
    const { port, close } = await listenForMetrics(metrics, render)
    return { url: `${urlOf(metrics.host, port)}/metrics`, close }
  } catch (error) {
    throw listenError(error, metrics.host, metrics.port, 'UPRIGHT_METRICS', 'UPRIGHT_METRICS')
  }
}

/**
 * Why an address cannot be listened on, in one line that says what to do; port and host are chosen with what
 * is named.
 */
export function listenError(
  error: unknown,
  host: string,
  port: number,
  chooser = '--port',
  hostChooser = 'HOST',
): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EADDRINUSE') {
    return new CaptchaError(
      'port_in_use',
      `${host}:${port}; stop what runs there, or choose another with ${chooser}`,
      {
        cause: error,
      },
    )
  }
  if (code === 'EACCES') {
    return new CaptchaError(
      'config_invalid',
      `port ${port} needs more rights: choose one above 1023 with ${chooser}`,
      {
        cause: error,
      },
    )
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new CaptchaError('config_invalid', `${hostChooser} "${host}" is no address of this machine`, {
      cause: error,
    })
  }
  return error
}

/** The address on this machine of a server that listens at a host. */
export function urlOf(host: string, port: number): string {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? 'localhost' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

/** Ends on the first signal when requests under way have ended, on the second at once. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false
  const onSignal = () => {
    if (stopping) process.exit(1)
    stopping = true
    endAfter(stop())
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
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
