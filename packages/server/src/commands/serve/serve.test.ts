import { chmodSync, readdirSync, statSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../config.ts'
import { openService } from '../../open.ts'
import { firstLine, killChild, runChild, startChild } from '../../testing/child.ts'
import { runCommand } from '../../testing/command.ts'
import { freshFolder } from '../../testing/folder.ts'

const freshData = () => join(freshFolder(), 'data')

type Child = ReturnType<typeof startChild>
const startServe = (data: string, env: Record<string, string> = {}): Child =>
  startChild('cli.ts', ['serve', '--json', '--data', data, '--port', '0'], { env })
const ended = (child: Child) => new Promise(resolve => child.once('close', resolve))

describe('upright serve', () => {
  const running: Child[] = []
  afterEach(async () => {
    for (const child of running.splice(0)) if (child.exitCode === null) await killChild(child)
  })
  const serve = async (data: string) => {
    const child = startServe(data)
    running.push(child)
    return { child, started: JSON.parse(await firstLine(child)) }
  }

  it('tells the demo keys at the first start alone, serves, and ends in peace', async () => {
    const data = freshData()
    for (const [signal, first] of [['SIGTERM', true] as const, ['SIGINT', false] as const]) {
      const { child, started } = await serve(data)
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
    await (await openService(readConfig(data, {}))).close()
    for (const name of readdirSync(data)) chmodSync(join(data, name), 0o644)
    chmodSync(data, 0o755)
    const { child } = await serve(data)
    const paths = [data, ...readdirSync(data).map(name => join(data, name))]
    expect(paths.length).toBe(8)
    expect(paths.filter(path => (statSync(path).mode & 0o077) !== 0)).toEqual([])
    child.kill('SIGTERM')
    await ended(child)
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

  it('says in one line that the port is in use, and tells the demo keys all the same', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    const args = ['serve', '--data', freshData(), '--port', `${port}`]
    const { code, stdout, stderr } = await runChild('cli.ts', args)
    other.close()
    expect(code).toBe(1)
    expect(stderr).toMatch(/^upright: The address is already in use: 127\.0\.0\.1:\d+; [^\n]+\n$/)
    expect(stdout).toContain('demo secret')
    expect(stdout).not.toContain('listens')
  })
})

describe('a running upright serve', () => {
  let child: Child
  let started: { url: string; metrics: string; data: string }
  beforeAll(async () => {
    child = startServe(freshData(), { UPRIGHT_METRICS: '0' })
    started = JSON.parse(await firstLine(child))
  })
  afterAll(async () => {
    if (child.exitCode === null) await killChild(child)
  })

  it('shows metrics where it is told to, and nowhere else', async () => {
    expect(started.metrics).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/)
    await fetch(`${started.url}/healthz`)
    const figures = await (await fetch(started.metrics)).text()
    expect(figures).toContain('route="/healthz",status="2xx"} 1')
    expect((await fetch(`${started.url}/metrics`)).status).toBe(404)
  })

  it('lets the command line work beside it', async () => {
    const { data } = started
    const added = await runCommand(['site', 'add', '--name', 'beside', '--json', '--data', data])
    const { secret } = JSON.parse(added.stdout)
    const path = '/piste/captchetat/v2/simple-captcha-endpoint?get=image&c=captchaFR'
    const issued = await fetch(`${started.url}${path}`, { headers: { keyid: secret } })
    expect(issued.status).toBe(200)
    expect(await runCommand(['doctor', '--data', data])).toMatchObject({ code: 0, stderr: '' })
  })

  it('ends although somebody holds a connection open', async () => {
    const { port } = new URL(started.url)
    const socket = connect(Number(port), '127.0.0.1')
    await new Promise(resolve => socket.once('connect', resolve))
    child.kill('SIGTERM')
    expect(await ended(child)).toBe(0)
    socket.destroy()
  })
})
