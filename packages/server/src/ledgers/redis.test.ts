import { execFileSync } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { CLOCK_SKEW_SECONDS } from '@upright/core'
import { ledgerContract, passContract, ticketContract } from '@upright/core/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { freshFolder } from '../testing/folder.ts'
import { freePorts } from '../testing/ports.ts'
import { startRedis, type TestRedis } from '../testing/redis.ts'
import { until } from '../testing/until.ts'
import { redisLedger } from './redis.ts'

const opened: { close(): Promise<unknown> }[] = []
const started: TestRedis[] = []
let server: TestRedis
beforeAll(async () => {
  server = await startRedis()
})
afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close()
  for (const each of started.splice(0)) await each.stop()
})
afterAll(() => server.stop())

async function open(url = `redis://${server.address}`, now = Date.now) {
  const warnings: string[] = []
  const ledger = await redisLedger({ url, now, warn: line => warnings.push(line) })
  opened.push(ledger)
  return { ledger, warnings }
}

/** A server of the test's own. */
async function start(...args: Parameters<typeof startRedis>) {
  const redis = await startRedis(...args)
  started.push(redis)
  return redis
}

const UNAVAILABLE = { code: 'unavailable', cause: expect.any(Error) }

const underTest = async () => {
  let ahead = 0
  const { ledger } = await open(undefined, () => Date.now() + ahead)
  const setClock = (seconds: number) => {
    ahead += seconds * 1000
  }
  const lose = async () => void (await server.ask('FLUSHALL'))
  return { ledger, kept: CLOCK_SKEW_SECONDS, advance: server.age, setClock, lose }
}
ledgerContract('one Redis', async () => {
  await server.ask('FLUSHALL')
  return underTest()
})
passContract('one Redis', underTest)
ticketContract('one Redis', underTest)

describe('the ledger in Redis', () => {
  it('gives each of a thousand ids to one of four ledgers', async () => {
    const ledgers = await Promise.all(Array.from({ length: 4 }, () => open()))
    const claims = Array.from({ length: 1000 }, (_, i) =>
      Promise.all(ledgers.map(({ ledger }, n) => ledger.claim(`shared ${i}`, 60, `${n}`))),
    )
    for (const results of await Promise.all(claims)) {
      const winner = results.indexOf(undefined)
      expect(results.map((result, n) => result ?? `${n}`)).toEqual(results.map(() => `${winner}`))
    }
  })

  it('lets one of a thousand parallel claims through, from four ledgers', async () => {
    const ledgers = await Promise.all(Array.from({ length: 4 }, () => open()))
    const claims = Array.from({ length: 1000 }, (_, i) => ledgers[i % 4]!.ledger.claim('one', 60, `${i}`))
    const results = await Promise.all(claims)
    expect(results.filter(result => result === undefined)).toHaveLength(1)
  })

  it.each([0, -5, 0.001])('holds a claim and counts for a time to live of %d', async ttl => {
    const { ledger } = await open()
    expect(await ledger.claim(`ttl ${ttl}`, ttl, 'x')).toBeUndefined()
    expect(await ledger.claim(`ttl ${ttl}`, ttl, 'y')).toBe('x')
    expect(await ledger.count(`ttl ${ttl}`, ttl)).toBe(1)
  })

  it('refuses to a node whose clock is behind what one with a clock ahead has claimed', async () => {
    const { ledger } = await open()
    // The one believes that 60 s are left, the other, ten minutes behind, that 660 are.
    await ledger.claim('skewed', 60, 'x')
    await server.age(659)
    expect(await ledger.claim('skewed', 1, 'y')).toBe('x')
  })

  it('leaves nothing without an end', async () => {
    await server.ask('FLUSHALL')
    const { ledger } = await open()
    await ledger.claim('a', 60.5, 'x')
    for (let i = 0; i < 3; i++) await ledger.count('b', 60.5)
    await ledger.ping()
    const keys = (await server.ask('KEYS', '*')).split('\n')
    expect(keys.sort()).toEqual(['upright:epoch:{0}', 'upright:n:b', 'upright:ping:{0}', 'upright:s:a'])
    const lives = await Promise.all(keys.map(async key => Number(await server.ask('TTL', key))))
    for (const [i, most] of [30 * 24 * 3600, 61, 60, 61 + CLOCK_SKEW_SECONDS].entries()) {
      expect(lives[i]).toBeGreaterThan(most - 5)
      expect(lives[i]).toBeLessThanOrEqual(most)
    }
  })

  it('uses the database that is named', async () => {
    const { ledger } = await open()
    const other = await open(`redis://${server.address}/3`)
    await ledger.claim('in 0', 60, 'x')
    expect(await other.ledger.claim('in 0', 60, 'y')).toBeUndefined()
  })

  it('finishes what was accepted when it closes, and accepts nothing after', async () => {
    const { ledger } = await open()
    const claims = Array.from({ length: 2500 }, (_, i) => ledger.claim(`closing ${i}`, 60, 'x'))
    await ledger.close()
    expect(new Set(await Promise.all(claims))).toEqual(new Set([undefined]))
    await expect(ledger.claim('late', 60, 'x')).rejects.toMatchObject(UNAVAILABLE)
    await expect(ledger.ping()).rejects.toMatchObject(UNAVAILABLE)
  })
})

describe('access', () => {
  it('is by the user and the password of the URL', async () => {
    const rules = [
      'on',
      '>s@cret',
      '~upright:*',
      '+set',
      '+get',
      '+eval',
      '+incr',
      '+expire',
      '+info',
      '+role',
      '+wait',
    ]
    await server.ask('ACL', 'SETUSER', 'upright', ...rules)
    const { ledger } = await open(`redis://upright:s%40cret@${server.address}`)
    expect(await ledger.claim('acl', 60, 'x')).toBeUndefined()
    expect(await ledger.count('acl', 60)).toBe(1)
    await ledger.ping()
  })

  it.each(['redis://:hunter2@', 'redis://nobody:hunter2@', 'redis://'])(
    'refused stops the start without a word of the password: %s',
    async before => {
      const { address } = await start({ args: ['--requirepass', 'letmein'], password: 'letmein' })
      const refused = await open(`${before}${address}`).catch(error => error)
      expect(refused).toMatchObject({
        code: 'config_invalid',
        message: expect.stringMatching(`REDIS_URL: Redis at ${address} refuses user and password`),
      })
      expect(String(refused)).not.toMatch(/hunter2|letmein/)
    },
  )

  it('is by TLS where the URL says so, with certificates that are checked', async () => {
    const folder = freshFolder()
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost']
    const name = ['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost']
    execFileSync('openssl', [...made, ...name, '-keyout', key, '-out', cert], { stdio: 'pipe' })
    const files = ['--tls-key-file', key, '--tls-cert-file', cert, '--tls-ca-cert-file', cert]
    const [port = 0] = await freePorts(1)
    await start({ args: ['--tls-port', `${port}`, ...files] })

    const { ledger } = await open(`rediss://localhost:${port}?ca=${cert}&cert=${cert}&key=${key}`)
    expect(await ledger.claim('tls', 60, 'x')).toBeUndefined()
    const unknown = await open(`rediss://localhost:${port}?cert=${cert}&key=${key}`)
    expect(unknown.warnings[0]).toMatch(/self.signed certificate/)
    await expect(unknown.ledger.claim('tls', 60, 'x')).rejects.toMatchObject(UNAVAILABLE)
    await expect(open(`rediss://localhost:${port}?ca=${folder}/none`)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(`${folder}/none`),
    })
  })

  it('to a Redis older than 7 is refused', async () => {
    const old = createServer(socket => {
      socket.on('data', data => {
        const info = 'redis_version:6.2.14\r\nmaxmemory_policy:noeviction\r\n'
        for (const command of data.toString().toLowerCase().split('*').slice(1)) {
          if (/\binfo\b/.test(command) && !command.includes('client'))
            socket.write(`$${info.length}\r\n${info}\r\n`)
          else if (/\brole\b/.test(command)) socket.write('*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n')
          else socket.write('+OK\r\n')
        }
      })
    }).listen(0, '127.0.0.1')
    await new Promise(resolve => old.once('listening', resolve))
    const { port } = old.address() as AddressInfo
    await expect(open(`redis://127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('it is Redis 6.2.14, but must be 7 or later'),
    })
    old.close()
  })

  it('says what lets a server forget, once', async () => {
    const args = ['--maxmemory-policy', 'allkeys-lru', '--appendonly', 'no']
    const redis = await start({ args })
    const { ledger, warnings } = await open(`redis://${redis.address}`)
    const advice = [/maxmemory-policy allkeys-lru.*set maxmemory-policy noeviction$/, /set appendonly yes$/]
    expect(warnings).toEqual(advice.map(each => expect.stringMatching(each)))
    await redis.kill()
    await redis.restart()
    await until(() =>
      ledger.ping().then(
        () => true,
        () => false,
      ),
    )
    expect(warnings.filter(line => line.includes('forget'))).toHaveLength(2)
    expect((await open()).warnings).toEqual([])
  })
})

describe('the ledger when Redis fails', () => {
  const works = (ledger: { ping(): Promise<void> }) =>
    until(() =>
      ledger.ping().then(
        () => true,
        () => false,
      ),
    )

  it('rejects while Redis is away, and works again by itself with what was spent still spent', async () => {
    const redis = await start({ args: ['--appendfsync', 'always'] })
    const { ledger, warnings } = await open(`redis://${redis.address}`)
    await ledger.claim('spent', 60, 'x')
    await redis.kill()
    for (const ask of [
      () => ledger.claim('away', 60, 'x'),
      () => ledger.claimed('away'),
      () => ledger.count('away', 60),
      () => ledger.counted('away'),
      () => ledger.ping(),
    ]) {
      await expect(ask()).rejects.toMatchObject(UNAVAILABLE)
    }
    await redis.restart()
    await works(ledger)
    expect(await ledger.claim('spent', 60, 'y')).toBe('x')
    expect(warnings).toEqual([
      expect.stringMatching(`Redis at ${redis.address}.*; connecting again`),
      `connected to Redis at ${redis.address} again`,
    ])
  })

  it('starts while Redis is away, and says so', async () => {
    const redis = await start()
    await redis.kill()
    const { ledger, warnings } = await open(`redis://${redis.address}`)
    await expect(ledger.claim('a', 60, 'x')).rejects.toMatchObject(UNAVAILABLE)
    expect(warnings).toEqual([
      expect.stringMatching(`Redis at ${redis.address}: .*ECONNREFUSED.*; connecting again`),
    ])
    await redis.restart()
    await works(ledger)
  })

  it('rejects within two seconds while Redis is frozen, at once after that, and works again after it', async () => {
    const redis = await start()
    const { ledger } = await open(`redis://${redis.address}`)
    redis.freeze()
    const before = performance.now()
    await expect(ledger.claim('frozen', 60, 'x')).rejects.toMatchObject(UNAVAILABLE)
    const first = performance.now() - before
    await expect(ledger.claim('frozen too', 60, 'x')).rejects.toMatchObject(UNAVAILABLE)
    expect(first).toBeLessThan(2000)
    expect(performance.now() - before - first).toBeLessThan(200)
    redis.thaw()
    await works(ledger)
    // Whether the one that was sent is spent is not known, but never is it fresh twice.
    await ledger.claim('frozen', 60, 'y')
    expect(await ledger.claim('frozen', 60, 'z')).toBeTypeOf('string')
    expect(await ledger.claim('frozen too', 60, 'z')).toBeUndefined()
  })

  it('never calls a claim the first that was sent and not answered, when it is made again', async () => {
    const redis = await start()
    const { ledger } = await open(`redis://${redis.address}`)
    redis.freeze()
    const sent = Array.from({ length: 100 }, (_, i) => ledger.claim(`${i}`, 60, 'sent'))
    for (const claim of sent) await expect(claim).rejects.toMatchObject(UNAVAILABLE)
    redis.thaw()
    await works(ledger)
    // Redis has read what lay in its socket before anything of the new connection.
    const again = await Promise.all(sent.map((_, i) => ledger.claim(`${i}`, 60, 'again')))
    expect(new Set(again)).toEqual(new Set(['sent']))
  })

  it('closes while Redis is frozen, and answers what was asked before', async () => {
    const redis = await start()
    const { ledger } = await open(`redis://${redis.address}`)
    redis.freeze()
    const claims = Array.from({ length: 5000 }, (_, i) => ledger.claim(`${i}`, 60, 'x'))
    const settled = Promise.allSettled(claims)
    await ledger.close()
    expect(new Set((await settled).map(({ status }) => status))).toEqual(new Set(['rejected']))
  })

  it.each([
    ['full', 'maxmemory', '1'],
    ['without the replicas it must have', 'min-replicas-to-write', '1'],
  ])('rejects while Redis is %s, its ping too', async (_, name, value) => {
    const redis = await start()
    const { ledger } = await open(`redis://${redis.address}`)
    await redis.ask('CONFIG', 'SET', name, value)
    await expect(ledger.claim('a', 60, 'x')).rejects.toMatchObject(UNAVAILABLE)
    await expect(ledger.count('a', 60)).rejects.toMatchObject(UNAVAILABLE)
    await expect(ledger.ping()).rejects.toMatchObject(UNAVAILABLE)
    await redis.ask('CONFIG', 'SET', name, '0')
    expect(await ledger.claim('a', 60, 'x')).toBeUndefined()
    expect(await ledger.count('a', 60)).toBe(1)
  })

  it('has a board of what nodes wrote lately, which rejects while Redis is away', async () => {
    const redis = await start()
    const [one, other] = [await open(`redis://${redis.address}`), await open(`redis://${redis.address}`)]
    expect(await one.ledger.board!.write('one', '[[1,2,3,0,0]]')).toEqual(new Map([['one', '[[1,2,3,0,0]]']]))
    const both = new Map([
      ['one', '[[1,2,3,0,0]]'],
      ['other', '"\\u00e9"'],
    ])
    expect(await other.ledger.board!.write('other', '"\\u00e9"')).toEqual(both)
    // A node is gone that has written nothing while each of the others wrote ten times.
    for (let i = 0; i < 25; i++) await one.ledger.board!.write('one', '[]')
    expect([...(await one.ledger.board!.write('three', '[]')).keys()].sort()).toEqual(['one', 'three'])
    redis.freeze()
    await expect(one.ledger.board!.write('one', '[]')).rejects.toMatchObject(UNAVAILABLE)
  })
})
