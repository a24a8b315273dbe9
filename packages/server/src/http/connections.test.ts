import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect, Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createReading } from '../reading-test/app.ts'
import { listenForMetrics } from '../telemetry/metrics-listener.ts'
import { testApp } from '../testing/app.ts'
import {
  type ConnectionBound,
  type ConnectionBounds,
  type ConnectionTimeouts,
  protectServer,
  SMALL_SERVER_BOUNDS,
} from './connections.ts'

/** Nothing ends by itself, unless a test is about it. */
const NEVER_MS = 60_000
const NO_TIMEOUTS: ConnectionTimeouts = {
  headers: NEVER_MS,
  request: NEVER_MS,
  keepAlive: NEVER_MS,
  send: NEVER_MS,
  linger: 20,
  check: 10,
}
/** A busy machine takes its time. */
const POLL_OPTIONS = { timeout: 20_000 }
const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

const cleanup: (() => unknown)[] = []
afterEach(async () => {
  // The last first: a server closes when its clients have gone.
  for (const end of cleanup.splice(0).reverse()) await end()
})

interface Case {
  handler?: RequestListener
  timeouts?: Partial<ConnectionTimeouts>
  bounds?: Partial<ConnectionBounds>
}

/** A protected server, and clients of it that never close by themselves. */
async function start({ handler, timeouts, bounds }: Case = {}) {
  // Answers late, as what waits for a database does.
  const server = createServer(handler ?? ((_request, reply) => setImmediate(() => reply.end('answer'))))
  const refused: ConnectionBound[] = []
  let time = 0
  let onLook = () => {}
  const open = protectServer(server, {
    bounds: { total: 1000, perAddress: 0, ...bounds },
    onRefused: bound => refused.push(bound),
    timeouts: { ...NO_TIMEOUTS, ...timeouts },
    now: () => {
      queueMicrotask(onLook)
      return time
    },
  })
  /** Moves the clock on, and waits until the server has looked at its connections since. */
  const pass = (ms: number) => {
    time += ms
    return new Promise<void>(resolve => {
      onLook = resolve
    })
  }
  const requested = () => new Promise(resolve => server.once('request', resolve))
  const { client } = await listen(server)
  return {
    server,
    refused,
    open,
    pass,
    requested,
    client,
    closed: () => expect.poll(open, POLL_OPTIONS).toBe(0),
  }
}

async function listen(server: Server) {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cleanup.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { port, client: (from?: string) => clientOf(port, from) }
}

function clientOf(port: number, localAddress = '127.0.0.1') {
  const socket = connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: true })
  cleanup.push(() => socket.destroy())
  socket.on('error', () => {})
  return socket
}

/** A handler that answers its last request when it is told to. */
function answersLate() {
  let answer = () => {}
  const handler: RequestListener = (_request, reply) => {
    answer = () => reply.end('late')
  }
  return { handler, answer: () => answer() }
}

/** Everything that is sent until the server ends the connection; the client's side stays open. */
const rest = (socket: Socket) =>
  new Promise<string>((resolve, reject) => {
    let all = ''
    const onData = (data: Buffer) => {
      all += data
    }
    socket.on('data', onData).once('error', reject)
    for (const event of ['end', 'close']) socket.once(event, () => resolve(all))
  })
const connected = (socket: Socket) => new Promise(resolve => socket.once('connect', resolve))
/** Asks over a connection that stays open. */
async function ask(socket: Socket) {
  socket.write(GET)
  await new Promise(resolve => socket.once('data', resolve))
}

describe('a connection without a whole request', () => {
  it.each([
    ['nothing', ''],
    ['a part of the headers', 'GET / HTTP/1.1\r\nHost'],
  ])('is answered 408 after %s, and destroyed though the client keeps it', async (_, sent) => {
    const { client, closed } = await start({ timeouts: { headers: 30 } })
    const socket = client()
    socket.write(sent)
    expect(await rest(socket)).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n.*Connection: close\r\n\r\n$/s)
    await closed()
  })

  it('is answered 408 after a part of the body', async () => {
    const { client, closed } = await start({
      handler: request => void request.resume(),
      timeouts: { headers: 30, request: 60 },
    })
    const socket = client()
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx')
    expect(await rest(socket)).toMatch(/^HTTP\/1\.1 408 /)
    await closed()
  })

  it.each([
    ['no HTTP', 'HELLO\r\n\r\n', '400 Bad Request'],
    ['headers that are too long', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}`, '431 '],
    [
      'extensions of a chunk that are too long',
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(20_000)}`,
      '413 ',
    ],
  ])('is refused for %s, and destroyed though the client keeps it', async (_, sent, status) => {
    const { client, closed } = await start({ handler: request => void request.resume() })
    const socket = client()
    socket.write(sent)
    expect(await rest(socket)).toContain(`HTTP/1.1 ${status}`)
    await closed()
  })

  it('can go on sending for a moment, so that no reset overtakes the answer', async () => {
    const { client, closed } = await start({ timeouts: { linger: 2000 } })
    const socket = client()
    const gone = new Promise(resolve => socket.once('close', resolve))
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}`)
    expect(await rest(socket)).toMatch(/^HTTP\/1\.1 431 /)
    for (let i = 0; i < 50; i++) await new Promise(resolve => socket.write('x'.repeat(60_000), resolve))
    socket.end()
    const failed = await gone
    expect(failed).toBe(false)
    await closed()
  })

  it('is not served after it was answered 408', async () => {
    let served = 0
    const handler: RequestListener = () => served++
    const { client, closed } = await start({ handler, timeouts: { headers: 30, linger: 300 } })
    const socket = client()
    expect(await rest(socket)).toMatch(/^HTTP\/1\.1 408 /)
    socket.write(GET)
    await closed()
    expect(served).toBe(0)
  })

  it('does not put its refusal into an answer that is under way', async () => {
    const { client, closed } = await start({ handler: (_request, reply) => reply.write('first') })
    const socket = client()
    await ask(socket)
    socket.write('HELLO\r\n\r\n')
    const sent = await rest(socket).catch(() => '')
    expect(sent).not.toContain('400')
    await closed()
  })

  it('is closed when the client closes its sending side', async () => {
    const { client, closed } = await start()
    const [silent, part] = [client(), client()]
    silent.end()
    part.end('GET / HTTP')
    expect(await Promise.all([rest(silent), rest(part)])).toEqual([
      '',
      expect.stringMatching(/^HTTP\/1\.1 400 /),
    ])
    await closed()
  })
})

describe('a client that closes its sending side after a request', () => {
  it.each(['1.0', '1.1'])('is answered over HTTP/%s, and then closed', async version => {
    const { client, closed } = await start()
    const socket = client()
    socket.end(`GET / HTTP/${version}\r\nHost: a\r\n\r\n`)
    expect(await rest(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*answer/s)
    await closed()
  })

  it('is answered after each of several requests', async () => {
    const { client, closed } = await start()
    const socket = client()
    socket.end(GET.repeat(3))
    expect((await rest(socket)).match(/HTTP\/1\.1 200/g)).toHaveLength(3)
    await closed()
  })

  it('is answered however long the connection was idle before', async () => {
    const late = answersLate()
    const { client, requested, pass } = await start({ handler: late.handler, timeouts: { send: 1000 } })
    const socket = client()
    const first = ask(socket)
    await requested()
    late.answer()
    await first
    await pass(0)
    await pass(5000)
    const second = requested()
    socket.end(GET)
    await second
    await pass(900)
    late.answer()
    expect(await rest(socket)).toContain('late')
  })

  it('is closed when there is no answer in time', async () => {
    const { client, requested, pass, closed } = await start({
      handler: () => {},
      timeouts: { send: 1000 },
    })
    client().end(GET)
    await requested()
    await pass(1001)
    await closed()
  })

  it('is answered by the service, which asks its database first', async () => {
    const test = await testApp()
    cleanup.push(test.close)
    await test.app.ready()
    const socket = (await listen(test.app.server)).client()
    const body = JSON.stringify({ uuid: 'x', code: 'x' })
    const head = `POST /piste/captchetat/v2/valider-captcha HTTP/1.0\r\nkeyid: ${test.secret}\r\n`
    socket.end(`${head}Content-Length: ${body.length}\r\n\r\n${body}`)
    expect(await rest(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\nfalse$/s)
  })
})

describe('a client that does not read its answer', () => {
  it('is closed after the timeout', async () => {
    const huge = Buffer.alloc(32 * 1024 * 1024)
    const { client, requested, open, pass, closed } = await start({
      handler: (_request, reply) => reply.end(huge),
      timeouts: { send: 1000 },
    })
    client().pause().write(GET)
    await requested()
    await pass(0)
    await pass(1000)
    expect(open()).toBe(1)
    await pass(1)
    await closed()
  })
})

describe('a connection between two requests', () => {
  it.each([
    ['nothing', ''],
    // Each resets Node's own timeout.
    ['nothing but line breaks', '\r\n'],
  ])('is closed when %s comes', async (_, sent) => {
    const { client, open, pass, closed } = await start()
    const socket = client()
    await ask(socket)
    await pass(0)
    await pass(2 * NEVER_MS)
    expect(open()).toBe(1)
    await new Promise(resolve => socket.write(sent, resolve))
    await pass(1)
    await closed()
  })

  it('is not what waits for a handler, however long that takes', async () => {
    const late = answersLate()
    const { client, requested, pass } = await start({
      handler: late.handler,
      timeouts: { keepAlive: 2000, headers: 1000, send: 1000 },
    })
    const socket = client()
    const first = ask(socket)
    await requested()
    await pass(9000)
    late.answer()
    await first
    // Its time begins with the answer.
    await pass(0)
    await pass(2000)
    const second = requested()
    socket.write(GET)
    await second
  })
})

describe('bounds', () => {
  /** Resolves when the server has closed a connection. */
  const ended = (socket: Socket) =>
    new Promise(resolve => socket.once('end', resolve).once('close', resolve).resume())

  it('of all connections refuse the next', async () => {
    const { client, refused, open } = await start({ bounds: { total: 2 } })
    const held = [client(), client()]
    await Promise.all(held.map(connected))
    await ended(client())
    expect(refused).toEqual(['total'])
    expect(open()).toBe(2)
  })

  it('of an address leave others alone', async () => {
    const { client, refused, open } = await start({ bounds: { perAddress: 2 } })
    const other = client('127.0.0.3')
    await ask(other)
    const held = [client('127.0.0.2'), client('127.0.0.2')]
    await Promise.all(held.map(connected))
    await ended(client('127.0.0.2'))
    expect(refused).toEqual(['address'])
    await ask(other)
    expect(open()).toBe(3)
    // What has gone is not counted any more.
    held[0]!.destroy()
    await expect.poll(open, POLL_OPTIONS).toBe(2)
    await ask(client('127.0.0.2'))
    expect(refused).toEqual(['address'])
  })

  it('count IPv6 by /64', async () => {
    const { server, refused } = await start({ bounds: { perAddress: 1 } })
    const from = (remoteAddress: string) => {
      const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress })
      server.emit('connection', socket)
      return socket.destroyed
    }
    expect(['2001:db8:0:1::1', '2001:db8:0:1:f::2', '2001:db8:0:2::1'].map(from)).toEqual([
      false,
      true,
      false,
    ])
    expect(refused).toEqual(['address'])
  })

  it.each<[string, Partial<ConnectionBounds>]>([
    ['all connections', { total: 3 }],
    ['an address', { perAddress: 3 }],
  ])('of %s close what waits for its next request rather than refuse', async (_, bounds) => {
    const { client, refused } = await start({ bounds })
    const silent = client()
    await connected(silent)
    const idle = client()
    await ask(idle)
    const idleEnded = ended(idle)
    // Each is answered, though three are never closed by their clients.
    for (let i = 0; i < 5; i++) await ask(client())
    await idleEnded
    expect(refused).toEqual([])
    expect(silent.readableEnded).toBe(false)
  })
})

describe('every server of ours', () => {
  const protectedAs = ({ total }: ConnectionBounds) => ({ maxConnections: total, httpAllowHalfOpen: true })

  it('has its share of the bounds in the service', async () => {
    const test = await testApp({}, { maxConnections: 10, workers: 4 })
    cleanup.push(test.close)
    expect(test.app.server).toMatchObject(protectedAs({ total: 3, perAddress: 0 }))
  })

  it.each([
    [0, ['address']],
    [1, []],
  ])('counts addresses unless a proxy hides them: %s proxies', async (trustedProxies, expected) => {
    const test = await testApp(
      {},
      { trustedProxies, maxConnectionsPerAddress: 1, metrics: { host: '127.0.0.1', port: 0 } },
    )
    cleanup.push(test.close)
    await test.app.ready()
    const { client } = await listen(test.app.server)
    const first = client()
    await connected(first)
    const second = client()
    if (expected.length > 0) await rest(second)
    else await ask(second)
    const figures = await test.service.metrics!.render()
    expect(figures.match(/^upright_connections_open (\d)$/m)?.[1]).toBe(expected.length > 0 ? '1' : '2')
    expect(
      [...figures.matchAll(/^upright_connections_refused_total\{reason="(\w+)"\} 1$/gm)].map(m => m[1]),
    ).toEqual(expected)
  })

  it('is protected where a reading test is', () => {
    const { app } = createReading({} as never, {} as never)
    expect(app.server).toMatchObject(protectedAs(SMALL_SERVER_BOUNDS))
  })

  it('is protected where metrics are shown', async () => {
    const render = () => new Promise<string>(resolve => setImmediate(() => resolve('figures')))
    const { port, close } = await listenForMetrics({ host: '127.0.0.1', port: 0 }, render)
    cleanup.push(close)
    const socket = clientOf(port)
    socket.end('GET /metrics HTTP/1.0\r\n\r\n')
    expect(await rest(socket)).toMatch(/figures$/)
  })
})
