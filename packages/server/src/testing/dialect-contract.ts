import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type KindName, kinds, styles } from '@upright/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Dialect } from '../dialects/dialect.ts'
import { routesOf, type TestApp, testApp } from './app.ts'

/** An answered challenge, as a back end would ask about it. */
export interface AnsweredChallenge {
  /** A dashed UUID. */
  id: string
  response: string
}

/** How the contract suite uses a dialect. Each dialect exports one as `underTest`, from its `testing.ts`. */
export interface DialectUnderTest {
  /** Every way in which a response is judged, by name: whether the visitor is let in. */
  checks: Readonly<Record<string, (test: TestApp, challenge: AnsweredChallenge) => Promise<boolean>>>
}

const DOCS = new URL('../../../../docs/', import.meta.url)
/** Settings of a site that hides nothing of its challenges from a test. */
const SETTINGS = { rate: 0, open: true, origins: ['*'] }

/** The contract that every dialect keeps. */
export function dialectContract(dialect: Dialect, { checks }: DialectUnderTest): void {
  describe(`the contract of dialects: ${dialect.name}`, () => {
    let test: TestApp
    beforeEach(async () => {
      test = await testApp(SETTINGS, {}, { dialects: [dialect] })
      await test.app.ready()
    })
    afterEach(() => test.close())

    /** A new challenge of a style and its right answer, made by the service and not by the dialect. */
    const challenge = (style: (typeof styles)[number]): AnsweredChallenge => {
      const id = test.service.captcha.issue(test.site.id, style)
      return { id, response: test.service.captcha.open(id)!.answer }
    }
    const stylesOf = (known: boolean) => styles.filter(({ kind }) => dialect.kinds.includes(kind) === known)

    it('knows kinds that there are, and has a page in docs', () => {
      expect(dialect.kinds.length).toBeGreaterThan(0)
      expect(Object.keys(kinds)).toEqual(expect.arrayContaining(dialect.kinds as KindName[]))
      expect(existsSync(fileURLToPath(new URL(`${dialect.name}.md`, DOCS)))).toBe(true)
    })

    it('documents every route that it registers, and no other', async () => {
      const bare = await testApp({}, {}, { dialects: [] })
      await bare.app.ready()
      const own = new Set(routesOf(bare.app))
      await bare.close()
      const registered = routesOf(test.app).filter(route => !own.has(route) && !route.startsWith('HEAD '))
      const documented = Object.entries(dialect.document.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`),
      )
      expect(registered.length).toBeGreaterThan(0)
      expect(registered.sort()).toEqual(documented.sort())
    })

    it('puts the security headers on every answer', async () => {
      for (const [path, methods] of Object.entries(dialect.document.paths)) {
        for (const method of Object.keys(methods)) {
          const url = path.replace('{publicKey}', test.site.publicKey).replace(/\{\w+\}/g, 'x')
          const { headers } = await test.app.inject({ method: method.toUpperCase() as 'GET', url })
          expect([method, path, headers['x-content-type-options']]).toEqual([method, path, 'nosniff'])
          expect(headers['content-security-policy']).toContain("default-src 'none'")
          expect(headers['set-cookie']).toBeUndefined()
        }
      }
    })

    describe.each(Object.entries(checks))('%s', (_, check) => {
      it('lets in once who answers a challenge of its kinds, and nobody else', async () => {
        for (const style of stylesOf(true)) {
          const right = challenge(style)
          expect(await check(test, { ...challenge(style), response: '~' })).toBe(false)
          expect([style.name, await check(test, right)]).toEqual([style.name, true])
        }
      })

      it('lets nobody in with an id of a foreign kind', async () => {
        expect(stylesOf(false).length).toBeGreaterThan(0)
        for (const style of stylesOf(false)) {
          expect([style.name, await check(test, challenge(style))]).toEqual([style.name, false])
        }
      })

      it('lets nobody in while the ledger is away, where the site refuses', async () => {
        const { outage } = test.site.settings
        expect(outage).toBe('refuse')
        const right = stylesOf(true).map(challenge)
        await test.service.ledger.close()
        for (const one of right) expect(await check(test, one)).toBe(false)
      })
    })
  })
}
