import { createConnection } from 'node:net'

/** A request as bytes: nothing puts it right on its way. */
export interface RawRequest {
  method: string
  /** Path and query. */
  target: string
  headers: (readonly [name: string, value: string])[]
  body: Buffer
}

/** What came back: everything until the service closed the connection. */
export interface RawAnswer {
  /** 0 where nothing came. */
  status: number
  /** Names in small letters. */
  headers: ReadonlyMap<string, string>
  body: Buffer
  /** Milliseconds until the connection was closed. */
  ms: number
  /** The system's word for a connection that broke. */
  broken: string | undefined
}

/** Sends a request on a connection of its own, which is given up after so many milliseconds. */
export function exchange(port: number, request: RawRequest, timeout: number): Promise<RawAnswer> {
  return new Promise(resolve => {
    const start = performance.now()
    const chunks: Buffer[] = []
    let broken: string | undefined
    const socket = createConnection(port, '127.0.0.1', () => socket.write(bytesOf(request)))
    socket
      .on('data', chunk => {
        chunks.push(chunk)
      })
      .on('error', (error: NodeJS.ErrnoException) => {
        broken = error.code
      })
      .on('close', () => {
        clearTimeout(timer)
        resolve({ ...read(Buffer.concat(chunks)), ms: performance.now() - start, broken })
      })
    const timer = setTimeout(() => {
      broken = 'timeout'
      socket.destroy()
    }, timeout)
  })
}

function bytesOf({ method, target, headers, body }: RawRequest): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines}\r\n`), body])
}

function read(bytes: Buffer): Pick<RawAnswer, 'status' | 'headers' | 'body'> {
  const end = bytes.indexOf('\r\n\r\n')
  const [line = '', ...lines] = bytes.toString('latin1', 0, Math.max(0, end)).split('\r\n')
  if (line === 'HTTP/1.1 100 Continue') return read(bytes.subarray(end + 4))
  const pairs = lines.map(each => {
    const colon = each.indexOf(':')
    return [each.slice(0, colon).toLowerCase(), each.slice(colon + 1).trim()] as const
  })
  const headers = new Map(pairs)
  const rest = bytes.subarray(end + 4)
  // Nothing but Node's own refusals comes in chunks: there are none but the last.
  const body =
    headers.get('transfer-encoding') === 'chunked' && `${rest}` === '0\r\n\r\n' ? Buffer.alloc(0) : rest
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1]
  return { status: Number(status ?? 0), headers, body }
}
