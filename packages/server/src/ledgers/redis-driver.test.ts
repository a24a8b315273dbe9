import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { codeStyles } from '@upright/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../config.ts'
import { openService } from '../open.ts'
import { runCommand } from '../testing/command.ts'
import { freshFolder } from '../testing/folder.ts'
import { freePorts } from '../testing/ports.ts'
import { startRedis, type TestRedis } from '../testing/redis.ts'
import { redis as redisDriver } from './redis-driver.ts'

const SECRET = 's'.repeat(32)
const freshData = () => join(freshFolder(), 'data')
let redis: TestRedis
beforeAll(async () => {
  redis = await startRedis({ args: ['--requirepass', 'hunter2'], password: 'hunter2' })
})
afterAll(() => redis.stop())
const url = () => `redis://:hunter2@${redis.address}`

/** What `upright` prints on a data folder, with the shared ledger. */
async function upright(data: string, environment: Record<string, string>, ...args: string[]) {
  const env = { UPRIGHT_SECRET: SECRET, REDIS_URL: url(), ...environment }
  const { code, stdout, stderr } = await runCommand([...args, '--data', data, '--json'], env)
  expect(stdout + stderr).not.toContain('hunter2')
  return { code, stdout, stderr }
}

describe('the service with a shared ledger', () => {
  it('refuses to start without a secret of its own, says why, and touches nothing', async () => {
    const data = freshData()
    await expect(openService(readConfig(data, { REDIS_URL: url() }))).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringMatching(/UPRIGHT_SECRET is not: all nodes .* "openssl rand -hex 32"$/),
    })
    expect(existsSync(data)).toBe(false)
  })

  it('shares what is spent between nodes with folders of their own', async () => {
    const environment = { REDIS_URL: url(), UPRIGHT_SECRET: SECRET }
    const folders = [freshData(), freshData()]
    const nodes = await Promise.all(folders.map(data => openService(readConfig(data, environment))))
    const [one, two] = nodes.map(({ captcha }) => captcha)
    const id = one!.issue(1, codeStyles[0]!)
    const { answer } = two!.open(id)!
    const rules = { expiry: 1200, attempts: 1, revalidation: 'strict' } as const
    const verdicts = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        (i % 2 ? one! : two!).check({ id: 1, settings: rules }, id, answer),
      ),
    )
    expect(verdicts.filter(verdict => verdict === 'passed')).toHaveLength(1)
    expect(verdicts.filter(verdict => verdict === 'spent')).toHaveLength(99)
    for (const node of nodes) await node.close()
    const others = folders.flatMap(data => readdirSync(data)).filter(name => !name.startsWith('upright.db'))
    expect(others).toEqual([])
  })

  it('has the code that was shown last told by "upright answer", on any node', async () => {
    const service = await openService(readConfig(freshData(), { REDIS_URL: url(), UPRIGHT_SECRET: SECRET }))
    const id = service.captcha.issue(1, codeStyles[0]!)
    const settings = { expiry: 1200, attempts: 1, revalidation: 'strict' } as const
    await service.captcha.renew({ id: 1, settings }, id)
    const { answer } = service.captcha.open(id, 1)!
    await service.close()
    const { stdout } = await upright(freshData(), {}, 'answer', id)
    expect(JSON.parse(stdout)).toMatchObject({ answer })
  })
})

describe('upright doctor with a shared ledger', () => {
  const findings = async (environment: Record<string, string> = {}) => {
    const { stdout } = await upright(freshData(), environment, 'doctor')
    return (JSON.parse(stdout) as { findings: Record<'state' | 'name' | 'found' | 'fix', string>[] }).findings
  }

  it('reports the server and the latency of a claim', async () => {
    const found = await findings()
    const name = `redis ${redis.address}`
    expect(found).toContainEqual({
      state: 'ok',
      name: 'ledger',
      found: expect.stringMatching(/a claim in [\d.]+ ms/),
    })
    expect(found.filter(finding => finding.name === name)).toEqual([
      {
        state: 'ok',
        name,
        found: expect.stringMatching(/^version [\d.]+, 0 replicas, appendonly, synced everysec$/),
      },
    ])
  })

  it('warns of settings that let the server forget', async () => {
    await redis.ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru', 'appendonly', 'no')
    const fixes = (await findings()).filter(({ state }) => state === 'warn').map(({ fix }) => fix)
    await redis.ask('CONFIG', 'SET', 'maxmemory-policy', 'noeviction', 'appendonly', 'yes')
    expect(fixes).toEqual(expect.arrayContaining(['set maxmemory-policy noeviction', 'set appendonly yes']))
  })

  it.each<[string, () => Record<string, string>, object]>([
    [
      'no secret',
      () => ({ UPRIGHT_SECRET: '' }),
      { name: 'master secret', found: expect.stringContaining('openssl') },
    ],
    [
      'a wrong password',
      () => ({ REDIS_URL: url().replace('2@', '3@') }),
      { name: 'ledger', found: expect.stringContaining('refuses user') },
    ],
    [
      'no server',
      () => ({ REDIS_URL: 'redis://127.0.0.1:1' }),
      { name: 'ledger', found: expect.stringContaining('ECONNREFUSED') },
    ],
    [
      'no URL',
      () => ({ REDIS_URL: 'redis://:hunter2@' }),
      { name: 'configuration', found: expect.stringContaining('REDIS_URL') },
    ],
  ])('fails with %s', async (_, environment, finding) => {
    expect(await findings(environment())).toContainEqual(
      expect.objectContaining({ state: 'fail', ...finding }),
    )
  })

  describe('says what to do about', () => {
    const ledgerAt = async (redisUrl: string) => {
      const all = await redisDriver.doctor({ redisUrl, data: freshData() })
      return all.find(({ name }) => name === 'ledger')!
    }

    it.each([
      ['info', 'the user lacks a right'],
      ['set', "no permissions to run the 'set' command"],
    ])('a user without the right to %s', async (command, words) => {
      const rights = ['set', 'get', 'eval', 'incr', 'expire', 'info', 'role', 'wait', 'time']
      const given = rights.filter(each => each !== command).map(each => `+${each}`)
      await redis.ask('ACL', 'SETUSER', 'weak', 'reset', 'on', '>pw', '~upright:*', ...given)
      expect(await ledgerAt(url().replace(':hunter2@', 'weak:pw@'))).toMatchObject({
        state: 'fail',
        found: expect.stringContaining(words),
        fix: expect.stringContaining('ACL SETUSER'),
      })
    })

    it('a wrong password, TLS to a port without it, and a host that is not there', async () => {
      const fixes = [
        await ledgerAt(url().replace('hunter2', 'letmein')),
        await ledgerAt(url().replace('redis:', 'rediss:')),
        await ledgerAt('redis://nowhere.invalid'),
        await ledgerAt('redis://127.0.0.1:1'),
      ].map(({ fix }) => fix)
      expect(fixes).toEqual([
        'correct the user and the password in REDIS_URL',
        'this port does not speak TLS: write redis:// in REDIS_URL, or the port of TLS',
        'correct the host in REDIS_URL',
        'start Redis, or correct REDIS_URL',
      ])
    })

    it('a port that speaks TLS, and a certificate of an unknown authority', async () => {
      const folder = freshFolder()
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
      const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost']
      const name = ['-addext', 'subjectAltName=DNS:localhost']
      execFileSync('openssl', [...made, ...name, '-keyout', key, '-out', cert], { stdio: 'pipe' })
      const files = ['--tls-key-file', key, '--tls-cert-file', cert, '--tls-ca-cert-file', cert]
      const [port] = await freePorts(1)
      const server = await startRedis({
        args: ['--tls-port', `${port}`, '--tls-auth-clients', 'no', ...files],
      })
      try {
        const fixes = [
          await ledgerAt(`redis://localhost:${port}`),
          await ledgerAt(`rediss://localhost:${port}`),
          await ledgerAt(`rediss://127.0.0.1:${port}?ca=${cert}`),
        ].map(({ fix }) => fix)
        expect(fixes).toEqual([
          'where this port speaks TLS, write rediss:// in REDIS_URL',
          expect.stringMatching(/unknown authority: give it as \?ca=FILE/),
          "connect to a name that is in the server's certificate",
        ])
        expect((await ledgerAt(`rediss://localhost:${port}?ca=${cert}`)).state).toBe('ok')
      } finally {
        await server.stop()
      }
    })
  })
})
