import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { killChild, runChild } from '../../testing/child.ts'
import { runCommand } from '../../testing/command.ts'
import { freshFolder } from '../../testing/folder.ts'
import { type Serving, startServing } from '../../testing/serving.ts'
import { until } from '../../testing/until.ts'

const start = (workers: number, env: Record<string, string> = {}) =>
  startServing({ UPRIGHT_WORKERS: String(workers), LOG_LEVEL: 'debug', ...env })
/** Asks until so many processes have answered; every answer must be a good one. */
const seen = ({ ask, pids }: Serving, processes: number) =>
  until(async () => {
    expect((await ask('/healthz')).status).toBe(200)
    return pids().length >= processes
  })
const end = async ({ child }: Serving) => {
  if (child.exitCode === null && child.signalCode === null) await killChild(child)
}

describe('three workers', () => {
  let service: Serving
  beforeAll(async () => {
    service = await start(3, { UPRIGHT_METRICS: '0' })
    await seen(service, 3)
  })
  afterAll(() => end(service))
  const figures = async () => (await fetch(service.metrics!)).text()

  it('let one right answer pass as often as one process does, and no more', async () => {
    const body = service.pair()
    const answers = await Promise.all(Array.from({ length: 60 }, () => service.validate(body)))
    // Once, and twice again within two minutes.
    expect(answers.filter(answer => answer.body === 'true')).toHaveLength(3)
    expect(answers.filter(answer => answer.body === 'false')).toHaveLength(57)
  })

  it('know a site that was added beside them', async () => {
    const args = ['site', 'add', '--name', 'beside', '--json', '--data', service.data]
    const { secret } = JSON.parse((await runCommand(args)).stdout)
    const known = () => fetch(`${service.url}/piste/captchetat/v2/version`, { headers: { keyid: secret } })
    const answers = await Promise.all(Array.from({ length: 20 }, known))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
  })

  it('are summed in the metrics', async () => {
    for (let i = 0; i < 10; i++) await service.validate(JSON.stringify({ uuid: 'x', code: 'x' }))
    const judged = /^upright_checked_total\{site="1",dialect="captchetat-v2",verdict="unknown"\} 10$/m
    expect(await figures()).toMatch(judged)
    expect(await figures()).toMatch(judged)
  })

  it('are replaced when they are killed, while the others serve and are summed', async () => {
    const [victim] = service.pids()
    process.kill(victim!, 'SIGKILL')
    await seen(service, 4)
    expect(service.log()).toContain(`worker ${victim} ended (SIGKILL): another takes its place`)
    // What the one that is gone had counted is gone with it.
    expect(await figures()).toMatch(/^upright_backend_up\{backend="ledger"\} 1$/m)
    service.child.kill('SIGTERM')
    expect(await service.ended).toBe(0)
  })
})

describe('two workers', () => {
  let service: Serving
  beforeAll(async () => {
    service = await start(2)
    await seen(service, 2)
  })
  afterAll(() => end(service))

  it('let nothing pass twice when one of them has another ledger file', async () => {
    const set = ['site', 'set', '1', '--revalidation', 'strict', '--rate', '0', '--data', service.data]
    expect((await runCommand(set)).code).toBe(0)
    for (const end of ['', '-wal', '-shm']) rmSync(join(service.data, `ledger.db${end}`))
    const [victim] = service.pids()
    process.kill(victim!, 'SIGKILL')
    // The one that is left keeps the file that was removed, the next makes another.
    await until(async () => {
      // A connection that the one that was killed had accepted breaks off.
      await service.ask('/healthz').catch(() => {})
      return service.pids().length >= 3 && service.log().includes('ledger.db was removed while it was in use')
    })
    const { validate } = service
    const passed = await Promise.all(
      Array.from({ length: 40 }, async () => {
        // Dated after the loss that the new file is noticed as, as the service dates its own.
        const body = service.pair(60)
        const answers = await Promise.all(Array.from({ length: 8 }, () => validate(body)))
        expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
        return answers.filter(answer => answer.body === 'true').length
      }),
    )
    expect(passed.filter(times => times > 1)).toEqual([])
    expect(passed).toContain(1)
  })

  it('end when the process that watches over them is gone', async () => {
    await killChild(service.child)
    await until(() =>
      service.ask('/healthz').then(
        () => false,
        () => true,
      ),
    )
  })
})

describe('several workers', () => {
  it('are replaced when their event loop hangs, while the others serve', async () => {
    const env = { UPRIGHT_WORKERS: '2', LOG_LEVEL: 'debug' }
    const service = await startServing(env, { file: 'testing/quick-heartbeats.ts' })
    onTestFinished(() => end(service))
    await seen(service, 2)
    const [victim] = service.pids()
    process.kill(victim!, 'SIGSTOP')
    await seen(service, 3)
    expect(service.log()).toContain(`worker ${victim} is killed: its event loop has not answered for 2 s`)
    expect(service.log()).toContain(`worker ${victim} ended (SIGKILL): another takes its place`)
    service.child.kill('SIGTERM')
    expect(await service.ended).toBe(0)
  })

  it('are given up when none can start any more', async () => {
    // With the secret in the folder, which a start refuses once it is damaged.
    const service = await start(2, { UPRIGHT_SECRET: '' })
    onTestFinished(() => end(service))
    await seen(service, 2)
    writeFileSync(join(service.data, 'secret'), 'short')
    for (const pid of service.pids()) process.kill(pid, 'SIGKILL')
    expect(await service.ended).toBe(1)
    expect(service.log()).toContain('is too short')
    expect(service.log()).toMatch(/^upright: 5 workers in a row have ended before they could serve/m)
  })

  it('do not start where metrics cannot be shown', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    const env = { UPRIGHT_WORKERS: '2', UPRIGHT_METRICS: `${port}` }
    const args = ['serve', '--data', join(freshFolder(), 'data'), '--port', '0']
    const { code, stdout, stderr } = await runChild('cli.ts', args, { env })
    other.close()
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^upright: The address is already in use: [^\n]+ with UPRIGHT_METRICS\n$/)
  })

  it('say once that the port is in use, and tell the demo keys all the same', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    const args = ['serve', '--data', join(freshFolder(), 'data'), '--port', `${port}`]
    const { code, stdout, stderr } = await runChild('cli.ts', args, { env: { UPRIGHT_WORKERS: '3' } })
    other.close()
    expect(code).toBe(1)
    expect(stderr).toMatch(/^upright: The address is already in use: 127\.0\.0\.1:\d+; [^\n]+\n$/)
    expect(stdout).toContain('demo secret')
    expect(stdout).not.toContain('listens')
  })

  it.each(['0', '65', 'x'])('are not started when UPRIGHT_WORKERS is %s', async workers => {
    const args = ['serve', '--data', join(freshFolder(), 'data')]
    const { code, stdout, stderr } = await runChild('cli.ts', args, { env: { UPRIGHT_WORKERS: workers } })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^upright: [^\n]+UPRIGHT_WORKERS is "[^\n]+from 1 to 64, or auto\n$/)
  })
})
