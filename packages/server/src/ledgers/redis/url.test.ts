import { describe, expect, it } from 'vitest'
import { addressOf, nameOf, parseRedisUrl, type RedisTarget } from './url.ts'

const plain: RedisTarget = {
  kind: 'single',
  addresses: [{ host: 'a', port: 6379 }],
  master: '',
  database: 0,
  tls: undefined,
  sentinel: {},
}

describe('REDIS_URL', () => {
  it.each<[string, Partial<RedisTarget>]>([
    ['redis://a', {}],
    ['redis://a/', {}],
    ['redis://a:1/15', { addresses: [{ host: 'a', port: 1 }], database: 15 }],
    ['redis://[::1]:7000', { addresses: [{ host: '::1', port: 7000 }] }],
    ['redis://[fe80::1]', { addresses: [{ host: 'fe80::1', port: 6379 }] }],
    ['redis://:p@a', { password: 'p' }],
    ['redis://u:p@a', { username: 'u', password: 'p' }],
    ['redis://u%40x:%2F%3A%25%00é@a', { username: 'u@x', password: '/:%\0é' }],
    ['redis://u:p@p@a', { username: 'u', password: 'p@p' }],
    ['rediss://a', { tls: {} }],
    ['rediss://a?ca=/etc/a%20b.pem', { tls: { ca: '/etc/a b.pem' } }],
    ['rediss://a/2?cert=c&key=k=1', { database: 2, tls: { cert: 'c', key: 'k=1' } }],
    [
      'redis+sentinel://u:p@a,b:2/mymaster/3?sentinelUser=s&sentinelPassword=t',
      {
        kind: 'sentinel',
        addresses: [
          { host: 'a', port: 26_379 },
          { host: 'b', port: 2 },
        ],
        username: 'u',
        password: 'p',
        master: 'mymaster',
        database: 3,
        sentinel: { username: 's', password: 't' },
      },
    ],
    ['rediss+sentinel://a:6379/m', { kind: 'sentinel', master: 'm', tls: {} }],
    ['redis+cluster://a:6379', { kind: 'cluster' }],
    ['redis+cluster://a:6379/0', { kind: 'cluster' }],
    [
      'rediss+cluster://:p@a:7000,[::1]:7001?ca=x',
      {
        kind: 'cluster',
        password: 'p',
        tls: { ca: 'x' },
        addresses: [
          { host: 'a', port: 7000 },
          { host: '::1', port: 7001 },
        ],
      },
    ],
  ])('is read: %s', (url, wanted) => {
    expect(parseRedisUrl(url)).toEqual({ ...plain, ...wanted })
  })

  it.each([
    ['hunter2', 'must be like redis://'],
    ['http://u:hunter2@a', 'must be like redis://'],
    ['redis:/u:hunter2@a', 'must be like redis://'],
    ['redis+unix://hunter2', 'must be like redis://'],
    ['redis://u:hunter2@a#b', 'must be like redis://'],
    ['redis://u:hunter2@', 'names no host'],
    ['redis://u:hunter2@a b', 'names no host'],
    ['redis://u:hunter2@[::1', 'names no host'],
    ['redis+cluster://u:hunter2@a,,b', 'names no host'],
    ['redis://u:hunter2@a,b', 'several hosts'],
    ['redis://u:hunter2@a:0', 'port'],
    ['redis://u:hunter2@a:65536', 'port'],
    ['redis://u:hunter2@a:', 'port'],
    ['redis://u:hunter2@a:6379x', 'port'],
    ['redis://hunter2@a', 'user without a password'],
    ['redis://hunter2:@a', 'empty password'],
    ['redis://u:hunter2%@a', 'write it as %25'],
    ['redis://u:hunter2@a/x', 'number of a database'],
    ['redis://u:hunter2@a/-1', 'number of a database'],
    ['redis://u:hunter2@a/0/1', 'more behind the hosts'],
    ['redis+cluster://u:hunter2@a/1', 'a cluster has only 0'],
    ['redis+sentinel://u:hunter2@a', 'name of the master'],
    ['redis+sentinel://u:hunter2@a/m/0/1', 'more behind the hosts'],
    ['redis://u:hunter2@a?ca=x', 'takes no parameters'],
    ['rediss://u:hunter2@a?hunter2=x', 'takes no parameters but ca, cert, key'],
    ['rediss://u:hunter2@a?cert=x', 'needs both'],
    ['rediss://u:hunter2@a?sentinelPassword=hunter2', 'parameter that is not known'],
  ])('is refused without a word of it: %s', (url, why) => {
    let refused: unknown
    try {
      parseRedisUrl(url)
    } catch (error) {
      refused = error
    }
    expect(refused).toMatchObject({ code: 'config_invalid', detail: expect.stringMatching(/^REDIS_URL /) })
    expect(refused).toMatchObject({ message: expect.stringContaining(why) })
    expect(String(refused)).not.toContain('hunter2')
  })
})

describe('addresses of nodes', () => {
  it.each([
    ['a:1', { host: 'a', port: 1 }],
    ['::1:7000', { host: '::1', port: 7000 }],
    [':7000', { host: 'asked', port: 7000 }],
  ])('are read as Redis writes them: %s', (name, address) => {
    expect(addressOf(name, 'asked')).toEqual(address)
  })

  it('are written as Redis writes them', () => {
    expect(nameOf({ host: '::1', port: 1 })).toBe('::1:1')
  })
})
