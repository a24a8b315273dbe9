import { type FastifyReply, type FastifyRequest, type FastifyServerOptions, LogController } from 'fastify'
import type { Config } from '../config.ts'
import { isoTime } from './log-line.ts'

/** Fastify's lines about requests, at the level at which they are switched on. */
class RequestLog extends LogController {
  override incomingRequest(request: FastifyRequest): void {
    request.log.debug({ req: request }, 'incoming request')
  }

  override requestCompleted(error: Error | null, request: FastifyRequest, reply: FastifyReply): void {
    if (error) super.requestCompleted(error, request, reply)
    else reply.log.debug({ res: reply, responseTime: reply.elapsedTime }, 'request completed')
  }
}

/**
 * How the server logs. A log line never holds an address, a header, a query, a body, an answer or a secret:
 * of a request it tells the method and the route's pattern, of a response the status.
 */
export function logOptions(
  { logLevel: level, logTime }: Pick<Config, 'logLevel' | 'logTime'>,
  stream?: { write(line: string): void },
): FastifyServerOptions {
  const verbose = level === 'debug' || level === 'trace'
  return {
    logger:
      level === 'silent'
        ? false
        : {
            level,
            ...(logTime === 'iso' && { timestamp: () => `,"time":"${isoTime()}"` }),
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
    logController: verbose ? new RequestLog() : new LogController({ disableRequestLogging: true }),
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
