import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CaptchaError } from '@upright/core'
import { afterEach, describe, expect, it } from 'vitest'
import { type TestApp, testApp, V2 } from '../testing/app.ts'

let test: TestApp
afterEach(() => test.close())

describe('health', () => {
  it('is measured: disk, ledger and registry', async () => {
    test = await testApp()
    expect((await test.app.inject('/healthz')).json()).toEqual({ status: 'alive' })
    const ready = await test.app.inject('/readyz')
    expect([ready.statusCode, ready.json()]).toEqual([
      200,
      { status: 'ready', checks: { disk: true, ledger: true, registry: true, secret: true } },
    ])
    const health = (await test.call('/healthcheck')).json()
    expect(health).toEqual({
      status: 'UP',
      components: {
        diskSpace: {
          status: 'UP',
          details: {
            total: expect.stringMatching(/^\d+$/),
            free: expect.stringMatching(/^\d+$/),
            threshold: '10485760',
            exists: true,
          },
        },
        memcachedHealth: { status: 'UP' },
        ping: { status: 'UP' },
        registry: { status: 'UP' },
      },
    })
    const { total, free } = health.components.diskSpace.details
    expect(Number(total)).toBeGreaterThan(Number(free))
  })

  it('tells who calls an open site without a token its status, and no sizes', async () => {
    test = await testApp({ open: true, origins: ['*'] })
    const ask = () => test.app.inject(`/s/${test.site.publicKey}${V2}/healthcheck`)
    const details = { total: '10485760', free: '10485760', threshold: '10485760', exists: true }
    const up = (await ask()).json()
    expect(up.status).toBe('UP')
    expect(up.components.diskSpace).toEqual({ status: 'UP', details })
    const { data } = test.service.config
    test.service.config.data = '/nowhere'
    const down = await ask()
    expect([down.statusCode, down.json().status]).toEqual([503, 'DOWN'])
    expect(down.json().components.diskSpace).toEqual({
      status: 'DOWN',
      details: { total: '0', free: '0', threshold: '10485760', exists: false },
    })
    test.service.config.data = data
    // With the site's secret, below the same address, they are told.
    const headers = { keyid: test.secret }
    const known = await test.app.inject({ url: `/s/${test.site.publicKey}${V2}/healthcheck`, headers })
    expect(Number(known.json().components.diskSpace.details.total)).toBeGreaterThan(10485760)
  })

  it('is down with the ledger, which the log tells the reason of and the answer does not', async () => {
    test = await testApp()
    await test.service.ledger.close()
    const ready = await test.app.inject('/readyz')
    expect([ready.statusCode, ready.json().checks]).toEqual([
      503,
      { disk: true, ledger: false, registry: true, secret: true },
    ])
    const health = await test.call('/healthcheck')
    expect(health.statusCode).toBe(503)
    expect(health.json()).toMatchObject({
      status: 'DOWN',
      components: { memcachedHealth: { status: 'DOWN' }, diskSpace: { status: 'UP' } },
    })
    expect(test.logs[0]).toMatchObject({ msg: 'the ledger does not answer' })
    expect((await test.app.inject('/healthz')).statusCode).toBe(200)
  })

  it('is down with the registry and with the data folder', async () => {
    test = await testApp()
    await test.service.registry.close()
    test.service.config.data = '/nowhere'
    const checks = { disk: false, ledger: true, registry: false, secret: true }
    const ready = await test.app.inject('/readyz')
    expect([ready.statusCode, ready.json()]).toEqual([503, { status: 'unavailable', checks }])
  })
})

describe('readiness', () => {
  const ready = async () => {
    const answer = await test.app.inject('/readyz')
    return [answer.statusCode, answer.json().status]
  }

  it('stays, degraded, without what all nodes share: another node would do no better', async () => {
    test = await testApp()
    const { service } = test
    service.shared.add('ledger').add('registry')
    await test.call('/version')
    await service.ledger.close()
    expect(await ready()).toEqual([200, 'degraded'])
    await service.registry.close()
    expect(await ready()).toEqual([200, 'degraded'])
    service.config.data = '/nowhere'
    expect(await ready()).toEqual([503, 'unavailable'])
  })

  it('falls without what this node alone has', async () => {
    test = await testApp()
    const { service } = test
    service.shared.add('ledger')
    await service.registry.close()
    expect(await ready()).toEqual([503, 'unavailable'])
    service.shared.add('registry')
    expect(await ready()).toEqual([200, 'degraded'])
  })

  it('may be asked for as often as anybody likes: what is wrong is logged once', async () => {
    test = await testApp()
    await test.service.ledger.close()
    for (let i = 0; i < 3; i++) expect(await ready()).toEqual([503, 'unavailable'])
    expect(test.logs.map(({ msg }) => msg)).toEqual(['the ledger does not answer'])
  })
})

describe('a file of the data folder that is another one', () => {
  const ready = async () => {
    const answer = await test.app.inject('/readyz')
    return [answer.statusCode, answer.json().status, answer.json().checks]
  }
  const fileOf = (name: string) => join(test.service.config.data, name)
  const move = (from: string, to: string) => {
    for (const end of ['', '-wal', '-shm']) renameSync(fileOf(from + end), fileOf(to + end))
  }
  const well = { disk: true, ledger: true, registry: true, secret: true }

  it('is the ledger: nobody passes, the node is out of service, and one line says why', async () => {
    test = await testApp()
    const { uuid, code } = test.captcha()
    move('ledger.db', 'away.db')
    test.look()
    test.look()
    expect(test.logs).toMatchObject([
      {
        backend: 'ledger',
        msg: 'the ledger does not answer',
        err: { cause: { message: expect.stringContaining(`${fileOf('ledger.db')} was removed`) } },
      },
    ])
    expect(await test.validate(uuid, code)).toBe('false')
    expect(await ready()).toEqual([503, 'unavailable', { ...well, ledger: false }])
    expect(test.logs).toHaveLength(1)
    move('away.db', 'ledger.db')
    test.look()
    expect(await test.validate(uuid, code)).toBe('true')
    expect(await ready()).toEqual([200, 'ready', well])
    expect(test.logs.map(({ msg }) => msg)).toEqual([
      'the ledger does not answer',
      'the ledger answers again',
    ])
  })

  it('is the registry: sites are unknown even where they are in memory, until it is put back', async () => {
    test = await testApp()
    const { uuid, code } = test.captcha()
    const version = async () => (await test.call('/version')).statusCode
    expect(await version()).toBe(200)
    move('upright.db', 'away.db')
    test.look()
    test.pass(1)
    expect(await version()).toBe(503)
    expect(await test.validate(uuid, code)).toBe('false')
    expect(await ready()).toEqual([503, 'unavailable', { ...well, registry: false }])
    const alarms = test.logs.filter(({ msg }) => msg === 'the registry does not answer')
    expect(alarms).toHaveLength(1)
    move('away.db', 'upright.db')
    test.look()
    expect(await version()).toBe(200)
    expect(await test.validate(uuid, code)).toBe('true')
    expect(await ready()).toEqual([200, 'ready', well])
  })

  it('is the secret: the node goes on, degraded, and says so once', async () => {
    test = await testApp()
    const secret = readFileSync(fileOf('secret'))
    const degraded = [200, 'degraded', { ...well, secret: false }]
    rmSync(fileOf('secret'))
    for (let i = 0; i < 3; i++) test.look()
    expect(test.warnings).toEqual([expect.stringMatching(/secret cannot be read while it was in use/)])
    expect(await ready()).toEqual(degraded)
    const { uuid, code } = test.captcha()
    expect(await test.validate(uuid, code)).toBe('true')
    // A copy is as good as the file that was there.
    writeFileSync(fileOf('secret'), secret)
    test.look()
    expect(await ready()).toEqual([200, 'ready', well])
    writeFileSync(fileOf('secret'), 'x'.repeat(64))
    test.look()
    expect(await ready()).toEqual(degraded)
    expect(test.warnings.slice(1)).toEqual([
      expect.stringMatching(/secret is the one in use again$/),
      expect.stringMatching(/secret was changed while it was in use/),
    ])
    expect(test.warnings.join()).not.toContain('x'.repeat(64))
  })

  it('is no file at all where the secret comes from the environment', async () => {
    test = await testApp({}, { secret: 's'.repeat(32) })
    test.look()
    expect([await ready(), test.warnings]).toEqual([[200, 'ready', well], []])
  })
})

describe('an error nobody foresaw', () => {
  it('is 500 without a word of detail, and logged with it', async () => {
    test = await testApp()
    test.app.get('/broken', () => {
      throw new Error('secret detail')
    })
    test.app.get('/table', () => {
      throw new CaptchaError('asset_corrupt', 'secret detail')
    })
    const broken = await test.app.inject('/broken?query=private')
    expect(broken.statusCode).toBe(500)
    expect(broken.json()).toEqual({ error: 'internal', message: 'Something went wrong on our side.' })
    const table = await test.app.inject('/table')
    expect(table.json()).toEqual(broken.json())
    expect(broken.body + table.body).not.toContain('secret detail')
    expect(JSON.stringify(test.logs)).toContain('secret detail')
    expect(JSON.stringify(test.logs)).not.toContain('private')
    expect(test.logs[0]).toMatchObject({ req: { method: 'GET', url: '/broken' }, code: 'internal' })
    expect(test.logs[1]).toMatchObject({ code: 'asset_corrupt' })
  })
})

describe('the log', () => {
  it.each(['debug', 'trace'] as const)(
    'at %s tells methods, routes and status, and nothing else',
    async logLevel => {
      test = await testApp({ open: true, origins: ['*'] }, { logLevel })
      const { uuid, code } = test.captcha()
      const calls = [
        test.validate(uuid, code),
        test.call(`/captcha/${uuid}/code/infos?private=1`, { headers: { 'user-agent': 'private' } }),
        test.app.inject({
          url: `/s/${test.site.publicKey}${V2}/version`,
          headers: { referer: 'https://private' },
        }),
        test.app.inject({ url: '/private' }),
        test.app.inject({ url: '/%zzprivate' }),
        test.app.inject({
          method: 'POST',
          url: '/api/oauth/token',
          payload: `grant_type=client_credentials&client_id=${test.site.publicKey}&client_secret=${test.secret}`,
        }),
      ]
      await Promise.all(calls)
      const text = JSON.stringify(test.logs)
      expect(test.logs.length).toBeGreaterThan(8)
      expect(text).toContain(`"url":"${V2}/valider-captcha"`)
      for (const word of [uuid, code, test.secret, '127.0.0.1', 'private']) expect(text).not.toContain(word)
    },
  )

  it('has lines of requests at the level of debug, and times as text where that is wanted', async () => {
    test = await testApp({}, { logLevel: 'debug', logTime: 'iso' })
    await test.call('/version')
    expect(test.logs.map(({ level, msg }) => [level, msg])).toEqual([
      [20, 'incoming request'],
      [20, 'request completed'],
    ])
    for (const { time } of test.logs) expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/)
    expect(test.logs[1]).toMatchObject({
      res: { statusCode: expect.any(Number) },
      responseTime: expect.any(Number),
    })
  })

  it('at info stays silent about requests', async () => {
    test = await testApp({}, { logLevel: 'info' })
    await test.call('/version')
    await test.app.inject('/nowhere')
    expect(test.logs).toEqual([])
  })

  it('can be switched off', async () => {
    test = await testApp({}, { logLevel: 'silent' })
    await test.service.ledger.close()
    expect((await test.app.inject('/readyz')).statusCode).toBe(503)
    expect(test.logs).toEqual([])
  })
})
