import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { testApp } from '../testing/app.ts'
import { nodesOver } from '../testing/nodes.ts'
import { type PostgresServer, startPostgres } from '../testing/postgres.ts'
import { NO_FACTS } from './picture-fields.ts'
import { postgres } from './postgres-driver.ts'
import type { NewPicture, Registry } from './registry.ts'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.remove())

let node: Registry | undefined
afterEach(async () => {
  await node?.close()
  node = undefined
})

const picture = (name: string): NewPicture => ({ ...NO_FACTS, name, fingerprint: '0123456789abcdef' })
const bytes = Buffer.from('webp')
const unavailable = { code: 'unavailable', cause: expect.any(Error) }

/** A node that has looked around once since a site and a picture were added. */
async function usedNode(more = {}) {
  const url = await server.freshDatabase()
  const nodes = nodesOver(url)
  node = await nodes.open(more)
  const { site, secret } = await node.addSite('a')
  const { id } = await node.addPicture(picture('a'), bytes)
  await nodes.advance()
  return { ...nodes, url, node, site, secret, id }
}

describe('while PostgreSQL is stopped', () => {
  it('answers for sites and pictures as before, refuses what it cannot do, logs it once, and recovers', async () => {
    const { node, advance, said, site, secret, id } = await usedNode()
    const list = await node.pictures()
    await server.stop()
    for (let i = 0; i < 3; i++) {
      await advance(60_000)
      expect(await node.site(site.id)).toEqual(site)
      expect(await node.siteByPublicKey(site.publicKey)).toEqual(site)
      expect(await node.siteBySecret(secret)).toEqual(site)
      expect(await node.site(2)).toBeUndefined()
      expect(await node.siteBySecret('0'.repeat(30))).toBeUndefined()
      expect(await node.sites()).toEqual([site])
      expect(await node.pictures()).toEqual(list)
      expect(await node.pictureBytes(id)).toEqual(bytes)
      await expect(node.ping()).rejects.toMatchObject(unavailable)
    }
    await expect(node.addSite('b')).rejects.toMatchObject(unavailable)
    await expect(node.rotateSecret(site.id)).rejects.toMatchObject(unavailable)
    await expect(node.operators()).rejects.toMatchObject(unavailable)
    await expect(node.operatorByToken('x')).rejects.toMatchObject(unavailable)
    await expect(node.addPictureUse(new Map([[id, { shown: 1, answers: [] }]]))).rejects.toMatchObject(
      unavailable,
    )
    await expect(node.acquireLease('x', 1)).rejects.toMatchObject(unavailable)
    expect(await node.siteBySecret(secret)).toEqual(site)
    expect(said).toEqual([expect.stringMatching(/does not answer \(.*ECONNREFUSED.*as they were last/)])

    await server.start()
    await advance()
    expect(said.slice(1)).toEqual([expect.stringContaining('answers again')])
    const added = await node.addSite('b')
    expect(await node.site(added.site.id)).toEqual(added.site)
    await advance()
    expect(said).toHaveLength(2)
  })

  it('lets visitors be served, and the service is ready for them', async () => {
    const test = await testApp({}, { databaseUrl: await server.freshDatabase() })
    const serve = async () => {
      const image = await test.call('/simple-captcha-endpoint?get=image&c=captchaFR')
      const { uuid } = image.json()
      const stranger = { headers: { keyid: '0'.repeat(30) } }
      return {
        image: image.statusCode,
        right: await test.validate(uuid, test.service.captcha.open(uuid)!.answer),
        again: await test.validate(test.captcha().uuid, 'WRONG'),
        stranger: (await test.call('/simple-captcha-endpoint?get=image&c=captchaFR', stranger)).statusCode,
        ready: (await test.app.inject('/readyz')).statusCode,
      }
    }
    const before = await serve()
    expect(before).toMatchObject({ image: 200, right: 'true', again: 'false', ready: 200 })
    expect(before.stranger).toBeLessThan(500)
    await server.stop()
    expect(await serve()).toEqual(before)
    const headers = { authorization: `Bearer ${'0'.repeat(64)}` }
    const refused = await test.app.inject({ url: '/admin/api/pictures', headers })
    expect(refused.statusCode).toBe(503)
    const told = JSON.stringify([refused.body, test.logs])
    expect(told).toContain('ECONNREFUSED')
    expect(told).not.toContain(server.password)
    expect(told).not.toContain(encodeURIComponent(server.password))
    expect(refused.body).not.toContain('127.0.0.1')
    await server.start()
    await test.close()
  })

  it('takes over what was changed before it noticed that the database had come back', async () => {
    const { node, advance, open, site } = await usedNode()
    await server.stop()
    await advance()
    await server.start()
    const other = await open()
    const { secret } = await other.rotateSecret(site.id)
    await other.close()
    expect(await node.siteBySecret(secret)).toBeUndefined()
    await advance()
    expect(await node.siteBySecret(secret)).toMatchObject({ id: site.id })
  })

  it('answers for the sites it knows when there are more than it holds, and cannot tell of others', async () => {
    const { node, advance, site } = await usedNode({ most: 0 })
    expect(await node.site(site.id)).toEqual(site)
    await server.stop()
    await advance()
    expect(await node.siteByPublicKey(site.publicKey)).toEqual(site)
    await expect(node.site(2)).rejects.toMatchObject(unavailable)
    await expect(node.ping()).rejects.toMatchObject(unavailable)
    await server.start()
    await advance()
    expect(await node.site(2)).toBeUndefined()
  })

  it('does not start, and says where it looked, but never the password', async () => {
    const url = await server.freshDatabase()
    await server.stop()
    const refused = nodesOver(url).open()
    await expect(refused).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(`PostgreSQL at 127.0.0.1:${server.port}/test[0-9]+: .*ECONNREFUSED`),
    })
    await expect(refused).rejects.not.toThrow('secret')
    await server.start()
  })
})

describe('while PostgreSQL is frozen', () => {
  it('answers at once what it holds, refuses the rest within five seconds, and recovers', async () => {
    const { node, advance, said, site, secret } = await usedNode()
    server.freeze()
    const refused = Array.from({ length: 12 }, async () => {
      const before = performance.now()
      await expect(node.addSite('b')).rejects.toMatchObject(unavailable)
      return performance.now() - before
    })
    const noticed = advance()
    const before = performance.now()
    for (let i = 0; i < 100; i++) {
      expect(await node.siteBySecret(secret)).toEqual(site)
      expect(await node.pictures()).toHaveLength(1)
    }
    expect(performance.now() - before).toBeLessThan(1000)
    for (const took of await Promise.all(refused)) expect(took).toBeLessThan(6000)
    await noticed
    expect(said).toHaveLength(1)

    server.thaw()
    await advance()
    expect(said).toHaveLength(2)
    expect((await node.addSite('c')).site).toMatchObject({ name: 'c' })
  })

  it('closes all the same', async () => {
    const { node } = await usedNode()
    server.freeze()
    const asking = expect(node.operators()).rejects.toMatchObject(unavailable)
    await node.close()
    await asking
    server.thaw()
  })
})

describe('a start that cannot succeed', () => {
  const failing = async (change: (url: URL) => void) => {
    const url = new URL(await server.freshDatabase())
    change(url)
    return nodesOver(url.href)
      .open()
      .then(
        () => 'opened',
        (error: Error) => error.message,
      )
  }

  it.each<[string, (url: URL) => void, RegExp]>([
    [
      'the password',
      url => {
        url.password = 'hunter2'
      },
      /password authentication failed for user "upright"/,
    ],
    [
      'the database',
      url => {
        url.pathname = '/nowhere'
      },
      /127\.0\.0\.1:\d+\/nowhere: database "nowhere" does not exist/,
    ],
    [
      'TLS',
      url => {
        url.searchParams.set('sslmode', 'require')
      },
      /does not support SSL/,
    ],
    [
      'the certificate of the authority',
      url => {
        url.searchParams.set('sslmode', 'verify-ca')
      },
      /sslrootcert/,
    ],
    [
      'the host',
      url => {
        url.hostname = 'nowhere.invalid'
      },
      /PostgreSQL at nowhere\.invalid:\d+\/.*nowhere\.invalid/,
    ],
  ])('says that it is %s', async (_, change, words) => {
    const message = await failing(change)
    expect(message).toMatch(words)
    expect(message).not.toMatch(/hunter2|secret/)
  })

  it('is told by doctor with what to do about each', async () => {
    const address = await server.freshDatabase()
    const fixAt = async (change: (url: URL) => void) => {
      const url = new URL(address)
      change(url)
      const [finding] = await postgres.doctor({ databaseUrl: url.href, data: '' }, async () => ({
        summary: '',
        findings: [],
      }))
      return [finding?.state, finding?.fix]
    }
    expect(
      await Promise.all([
        fixAt(url => {
          url.password = 'hunter2'
        }),
        fixAt(url => {
          url.pathname = '/nowhere'
        }),
        fixAt(url => url.searchParams.set('sslmode', 'require')),
        fixAt(url => {
          url.hostname = 'nowhere.invalid'
        }),
        fixAt(url => {
          url.port = '1'
        }),
      ]),
    ).toEqual([
      ['fail', 'correct the user and the password in DATABASE_URL'],
      ['fail', 'CREATE DATABASE, or correct its name in DATABASE_URL'],
      ['fail', expect.stringMatching(/^this server does not speak TLS/)],
      ['fail', 'correct the host in DATABASE_URL'],
      ['fail', 'correct DATABASE_URL, or start that server'],
    ])
  })
})
