import { type FastifyRequest, type FastifyServerOptions, LogController } from 'fastify'
import type { LogLevel } from '../config.ts'

/**
 * How the server logs. A log line never holds an address, a header, a query, a body, an answer or a secret:
 * of a request it tells the method and the route's pattern, of a response the status.
 */
export function logOptions(level: LogLevel, stream?: { write(line: string): void }): FastifyServerOptions {
  const verbose = level === 'debug' || level === 'trace'
  return {
    logger:
      level === 'silent'
        ? false
        : {
            level,
            ...(stream && { stream }),
            serializers: {
              req: (request: FastifyRequest) => ({
                method: request.method,
                url: request.routeOptions?.url ?? 'none',
              }),
              res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
              err: serializeError,
            },
          },
    // Two lines a request are worth their time only to somebody who is looking for something.
    logController: new LogController({ disableRequestLogging: !verbose }),
    // Nor is a logger of its own for every request.
    ...(verbose ? {} : { childLoggerFactory: logger => logger }),
  }
}

interface LoggedError {
  [key: string]: unknown
  type: string
  message: string
  stack: string
  cause?: LoggedError
}

/** Type, message and stack: an error's other properties may quote what was sent. */
function serializeError(error: Error): LoggedError {
  return {
    type: error.name,
    message: error.message,
    stack: error.stack ?? '',
    ...(error.cause instanceof Error && { cause: serializeError(error.cause) }),
  }
}
