import { type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { prefixesOf } from '../policy/address.ts'

/** Limits of open connections of one process. */
export interface ConnectionBounds {
  /** In all. */
  total: number
  /** From one IPv4 address or IPv6 /64; 0 for any number. */
  perAddress: number
}

/** The bound for which a connection was refused. */
export type ConnectionBound = 'total' | 'address'

/** Milliseconds after which a connection ends. */
export interface ConnectionTimeouts {
  /** Until the headers of a request are there, from the connection or their first byte on: 408. */
  headers: number
  /** Until a whole request is there: 408. */
  request: number
  /** Between two requests. */
  keepAlive: number
  /** Until a client has read an answer; and until a client that closed its sending side is answered. */
  send: number
  /** From an answer to what could not be read as a request until the connection is destroyed. */
  linger: number
  /** Between two looks at the connections. */
  check: number
}

/** Options of `protectServer`. */
export interface ConnectionOptions {
  bounds: ConnectionBounds
  /** A connection was refused. */
  onRefused?: (bound: ConnectionBound) => void
  /** @default `TIMEOUTS_MS` */
  timeouts?: ConnectionTimeouts
  /** Milliseconds of a clock that never goes back. @default that of the process */
  now?: () => number
}

/** The timeouts of the service. */
export const TIMEOUTS_MS: ConnectionTimeouts = {
  headers: 20_000,
  request: 30_000,
  // Longer than the proxies of deploy/proxy keep one: else both may act at once.
  keepAlive: 72_000,
  send: 60_000,
  linger: 500,
  check: 1000,
}

/** Bounds of a server that few have a reason to call. */
export const SMALL_SERVER_BOUNDS: ConnectionBounds = { total: 100, perAddress: 0 }

/** Statuses for invalid HTTP; 400 for all else. */
const STATUS_BY_CODE: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
}

interface Connection {
  /** Whose it is, where that is bounded. */
  address: string
  /** The answer to its last request, until it is known to be sent. */
  response: ServerResponse | undefined
  /** Bytes written when it was looked at last. */
  written: number
  /** When something was last written, or a request came. */
  since: number
}

/**
 * Bounds the connections of a server that does not listen yet, and the time for which each may do nothing. No
 * connection stays half closed, whichever side began. Gives how many are open. One closure: every listener
 * and the check read and write the same table of connections.
 */
export function protectServer(server: Server, options: ConnectionOptions): () => number {
  const { bounds, onRefused, timeouts = TIMEOUTS_MS, now = () => performance.now() } = options
  const connections = new Map<Socket, Connection>()
  const counts = new Map<string, number>()
  /** Of the last look at the connections: requests need not ask the clock. */
  let time = now()

  Object.assign(server, {
    headersTimeout: timeouts.headers,
    requestTimeout: timeouts.request,
    keepAliveTimeout: timeouts.keepAlive,
    connectionsCheckingInterval: timeouts.check,
    maxConnections: bounds.total,
    // Otherwise Node closes a connection with the client's sending side, and drops the answer under way.
    httpAllowHalfOpen: true,
  })

  const isIdle = (socket: Socket, { response }: Connection) =>
    socket.writableLength === 0 && (response === undefined || response.writableFinished)

  /** Makes room: closes the oldest connection that waits for its next request; of one address, if given. */
  const closeIdle = (address?: string) => {
    for (const [socket, connection] of connections) {
      if (address !== undefined && connection.address !== address) continue
      // One that has not sent its first request is busy with that.
      if (socket.destroyed || socket.bytesWritten === 0 || !isIdle(socket, connection)) continue
      socket.destroy()
      return true
    }
    return false
  }

  server.on('connection', socket => {
    const address = bounds.perAddress > 0 ? prefixesOf(socket.remoteAddress ?? '').narrow : ''
    const count = (counts.get(address) ?? 0) + 1
    counts.set(address, count)
    connections.set(socket, { address, response: undefined, written: 0, since: time })
    socket.once('close', () => {
      connections.delete(socket)
      const left = counts.get(address)! - 1
      if (left > 0) counts.set(address, left)
      else counts.delete(address)
    })
    if (bounds.perAddress > 0 && count > bounds.perAddress && !closeIdle(address)) {
      onRefused?.('address')
      socket.destroy()
    } else if (connections.size >= bounds.total) closeIdle()
  })
  // Closed by Node before anything is made of it.
  server.on('drop', () => onRefused?.('total'))

  server.on('request', (request, response) => {
    const connection = connections.get(request.socket)!
    connection.response = response
    connection.since = time
  })

  // In place of a framework's own.
  server.removeAllListeners('clientError')
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // Gone, or answered for the last time: nothing that follows is read.
    if (!socket.writable) return
    const response = connections.get(socket)?.response
    if (response?.headersSent && !response.writableFinished) {
      socket.destroy()
      return
    }
    const status = STATUS_BY_CODE[error.code ?? ''] ?? 400
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
    // Closing while bytes are unread would reset the connection, and the client might not see the answer.
    socket.removeAllListeners('data').on('data', () => {})
    setTimeout(() => socket.destroy(), timeouts.linger).unref()
  })

  const check = () => {
    time = now()
    for (const [socket, connection] of connections) {
      const { bytesWritten } = socket
      if (bytesWritten !== connection.written) {
        connection.written = bytesWritten
        connection.since = time
      }
      const idle = isIdle(socket, connection)
      // Not kept in memory for as long as the connection.
      if (idle) connection.response = undefined
      const timeout =
        socket.writableLength > 0 || socket.readableEnded
          ? timeouts.send
          : // Node's own begin again with every byte, also with line breaks, which may precede a request.
            idle
            ? timeouts.keepAlive + timeouts.headers
            : Number.POSITIVE_INFINITY
      if (time - connection.since > timeout) socket.destroy()
    }
  }
  server.on('listening', () => {
    time = now()
    const timer = setInterval(check, timeouts.check).unref()
    server.once('close', () => clearInterval(timer))
  })

  return () => connections.size
}
