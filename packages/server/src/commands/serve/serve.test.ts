import { chmodSync, readdirSync, statSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { firstLine, killChild, runChild, startChild } from '../../testing/child.ts'
import { freshFolder } from '../../testing/folder.ts'

const freshData = () => join(freshFolder(), 'data')
const upright = (...args: string[]) => runChild('cli.ts', args)

describe('upright serve', () => {
  const running: ReturnType<typeof startChild>[] = []
  afterEach(async () => {
    for (const child of running.splice(0)) if (child.exitCode === null) await killChild(child)
  })
  const serve = (...args: string[]) => serveWith({}, ...args)
  const serveWith = async (env: Record<string, string>, ...args: string[]) => {
    const child = startChild('cli.ts', ['serve', '--json', ...args], { env })
    running.push(child)
    return { child, started: JSON.parse(await firstLine(child)) }
  }
  const ended = (child: ReturnType<typeof startChild>) => new Promise(resolve => child.once('close', resolve))

  it('tells the demo keys at the first start alone, serves, and ends in peace', async () => {
    const data = freshData()
    for (const [signal, first] of [['SIGTERM', true] as const, ['SIGINT', false] as const]) {
      const { child, started } = await serve('--data', data, '--port', '0')
      expect(started).toMatchObject({ url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), data })
      if (first) expect(started.demo.secret).toMatch(/^[0-9a-f]{30}$/)
      else expect(started.demo).toBeNull()
      expect((await fetch(`${started.url}/healthz`)).status).toBe(200)
      child.kill(signal)
      expect(await ended(child)).toBe(0)
    }
  })

  it('has databases and secret that the owner alone can read while it runs, whatever they were before', async () => {
    const data = freshData()
    const first = await serve('--data', data, '--port', '0')
    first.child.kill('SIGTERM')
    await ended(first.child)
    for (const name of readdirSync(data)) chmodSync(join(data, name), 0o644)
    chmodSync(data, 0o755)
    const { child } = await serve('--data', data, '--port', '0')
    const paths = [data, ...readdirSync(data).map(name => join(data, name))]
    expect(paths.length).toBe(8)
    expect(paths.filter(path => (statSync(path).mode & 0o077) !== 0)).toEqual([])
    child.kill('SIGTERM')
    await ended(child)
  })

  it('shows metrics where it is told to, and nowhere else', async () => {
    const { child, started } = await serveWith({ UPRIGHT_METRICS: '0' }, '--data', freshData(), '--port', '0')
    expect(started.metrics).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/)
    await fetch(`${started.url}/healthz`)
    const figures = await (await fetch(started.metrics)).text()
    expect(figures).toContain('route="/healthz",status="2xx"} 1')
    expect((await fetch(`${started.url}/metrics`)).status).toBe(404)
    child.kill('SIGTERM')
    expect(await ended(child)).toBe(0)
  })

  it('says in one line that metrics cannot be shown where they should be', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    const args = ['serve', '--data', freshData(), '--port', '0']
    const taken = await runChild('cli.ts', args, { env: { UPRIGHT_METRICS: `${port}` } })
    other.close()
    expect([taken.code, taken.stderr]).toEqual([
      1,
      `upright: The address is already in use: 127.0.0.1:${port}; stop what runs there, or choose another with UPRIGHT_METRICS\n`,
    ])
    const nowhere = await runChild('cli.ts', args, { env: { UPRIGHT_METRICS: '192.0.2.1:0' } })
    expect(nowhere.stderr).toContain('UPRIGHT_METRICS "192.0.2.1" is no address of this machine')
  })

  it('lets the command line work beside it', async () => {
    const data = freshData()
    const { started } = await serve('--data', data, '--port', '0')
    const added = await upright('site', 'add', '--name', 'beside', '--json', '--data', data)
    const { secret } = JSON.parse(added.stdout)
    const path = '/piste/captchetat/v2/simple-captcha-endpoint?get=image&c=captchaFR'
    const issued = await fetch(`${started.url}${path}`, { headers: { keyid: secret } })
    expect(issued.status).toBe(200)
    expect(await upright('doctor', '--data', data)).toMatchObject({ code: 0, stderr: '' })
  })

  it('says in one line that the port is in use, and tells the demo keys all the same', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    const { code, stdout, stderr } = await upright('serve', '--data', freshData(), '--port', `${port}`)
    other.close()
    expect(code).toBe(1)
    expect(stderr).toMatch(/^upright: The address is already in use: 127\.0\.0\.1:\d+; [^\n]+\n$/)
    expect(stdout).toContain('demo secret')
    expect(stdout).not.toContain('listens')
  })

  it('ends although somebody holds a connection open', async () => {
    const { child, started } = await serve('--data', freshData(), '--port', '0')
    const { port } = new URL(started.url)
    const socket = connect(Number(port), '127.0.0.1')
    await new Promise(resolve => socket.once('connect', resolve))
    child.kill('SIGTERM')
    expect(await ended(child)).toBe(0)
    socket.destroy()
  })
})
