import { CaptchaError } from '@upright/core'
import type { FastifyInstance } from 'fastify'

/** Milliseconds that requests under way have to end, once the server was asked to. Browsers keep sockets open for no request. */
const GRACE = 2000

/** Lets requests under way end, and takes no more. */
export async function closeApp(app: FastifyInstance): Promise<void> {
  setTimeout(() => app.server.closeAllConnections(), GRACE).unref()
  await app.close()
}

/** Why an address cannot be listened on, in one line that says what to do. */
export function listenError(error: unknown, host: string, port: number): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EADDRINUSE') {
    return new CaptchaError(
      'port_in_use',
      `${host}:${port}; stop what runs there, or choose another with --port`,
      {
        cause: error,
      },
    )
  }
  if (code === 'EACCES') {
    return new CaptchaError(
      'config_invalid',
      `port ${port} needs more rights: choose one above 1023 with --port`,
      {
        cause: error,
      },
    )
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new CaptchaError('config_invalid', `HOST "${host}" is no address of this machine`, {
      cause: error,
    })
  }
  return error
}

/** Ends on the first signal when requests under way have ended, on the second at once. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false
  const onSignal = () => {
    if (stopping) process.exit(1)
    stopping = true
    stop().then(
      () => process.exit(0),
      error => {
        process.stderr.write(`upright: ${error instanceof Error ? error.message : error}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}
