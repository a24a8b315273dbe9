import { Agent } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { killChild } from '../../testing/child.ts'
import { type Answer, type Serving, startServing } from '../../testing/serving.ts'
import { until } from '../../testing/until.ts'

let serving: Serving
afterEach(async () => {
  if (serving.child.exitCode === null) await killChild(serving.child)
})

const connected = async (port: number) => {
  const socket = connect(port, '127.0.0.1')
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return socket
}
const refused = () =>
  connected(serving.port).then(
    socket => {
      socket.destroy()
      return false
    },
    error => error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET',
  )
/** Everything a server sends over a connection until it ends it. */
const rest = (socket: Socket) => text(socket.setEncoding('utf8'))
const stopping = ({ status, body }: Answer) => status === 503 && JSON.parse(body).status === 'stopping'

describe.each(['1', '2'])('asked to stop, a service of %s processes', workers => {
  const start = async (env: Record<string, string> = {}) => {
    serving = await startServing({ UPRIGHT_WORKERS: workers, ...env })
    return serving
  }

  it('is not ready any more, but serves on and winds connections down until it has drained', async () => {
    const { child, ask, pair, validate, ended } = await start({ UPRIGHT_DRAIN_SECONDS: '300' })
    const kept = new Agent({ keepAlive: true, maxSockets: 1 })
    const before = await ask('/readyz', kept)
    expect([before.status, before.headers.connection]).toEqual([200, 'keep-alive'])
    child.kill('SIGTERM')
    await until(async () => stopping(await ask('/readyz')))
    await until(async () => (await ask('/healthz')).headers.connection === 'close')
    const { status, body } = await validate(pair(), kept)
    expect([status, body]).toEqual([200, 'true'])
    expect((await ask('/healthz')).status).toBe(200)
    // A second signal waits for nothing.
    child.kill('SIGTERM')
    expect(await ended).toBe(1)
    await until(refused)
  })

  it('ends as well when its terminal is closed', async () => {
    const { child, port, pair, ended } = await start()
    const half = await connected(port)
    const body = pair()
    half.write(
      `POST /piste/captchetat/v2/valider-captcha HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 9)}`,
    )
    await serving.ask('/healthz')
    child.kill('SIGHUP')
    await until(refused)
    half.write(body.slice(9))
    expect(await rest(half)).toMatch(/^HTTP\/1\.1 400 [\s\S]+token/)
    expect(await ended).toBe(0)
  })

  it('answers what was under way and connected already, and loses no request of clients that send on', async () => {
    const { child, port, pair, validate, ended } = await start()
    const half = await connected(port)
    const silent = await connected(port)
    const body = pair()
    half.write(
      `POST /piste/captchetat/v2/valider-captcha HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 9)}`,
    )
    // Taken in the order they came: once a later one is answered, both are with a process.
    await serving.ask('/healthz')
    let signal = () => {}
    const busy = new Promise<void>(resolve => {
      signal = resolve
    })
    let answered = 0
    const client = async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      for (;;) {
        const { body, headers } = await validate(pair(), agent)
        if (body !== 'true') return body
        if (++answered === 200) signal()
        if (headers.connection === 'close') return 'told to close'
      }
    }
    const clients = Array.from({ length: 8 }, client)
    await busy
    child.kill('SIGTERM')
    await until(refused)
    half.write(body.slice(9))
    silent.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')
    const answers = await Promise.all([rest(half), rest(silent)])
    // Without a key the answer is a refusal, but the handler's own, and whole.
    expect(answers[0]).toMatch(/^HTTP\/1\.1 400 [\s\S]+token/)
    expect(answers[1]).toMatch(/^HTTP\/1\.1 200 [\s\S]+connection: close[\s\S]+\{"status":"alive"\}$/i)
    expect(await Promise.all(clients)).toEqual(Array(8).fill('told to close'))
    expect(await ended).toBe(0)
    // So many right answers are more than usual: that is said, and nothing else.
    const lines = serving.log().split('\n')
    expect(lines.filter(line => line !== '' && !line.includes('"the ladder of site 1'))).toEqual([])
  })

  it('loses no new connection of clients that look at its readiness', async () => {
    const { child, ask, pair, validate, ended } = await start({ UPRIGHT_DRAIN_SECONDS: '1' })
    let ready = true
    const client = async () => {
      let sent = 0
      for (; ready; sent++) expect((await validate(pair())).body).toBe('true')
      return sent
    }
    const clients = Array.from({ length: 4 }, client)
    await validate(pair())
    child.kill('SIGTERM')
    await until(async () => stopping(await ask('/readyz')))
    ready = false
    for (const sent of await Promise.all(clients)) expect(sent).toBeGreaterThan(0)
    expect(await ended).toBe(0)
  })

  it('ends in peace when the signal goes to all its processes, as from a terminal', async () => {
    serving = await startServing({ UPRIGHT_WORKERS: workers }, { detached: true })
    process.kill(-serving.child.pid!, 'SIGINT')
    expect(await serving.ended).toBe(0)
    expect(serving.log()).toBe('')
  })
})
