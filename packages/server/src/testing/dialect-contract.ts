import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type KindName, kinds, type Style, styles } from '@upright/core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { findChallenge } from '../commands/answer.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { dialects as allDialects } from '../dialects/index.ts'
import { routesOf, type TestApp, testApp } from './app.ts'

/** An answered challenge, as a back end would ask about it. */
export interface AnsweredChallenge {
  /** A dashed UUID. */
  id: string
  /** The right response, or a wrong one; for work the dialect's own `solve` has made it. */
  response: string
}

/** A check that is a request: whether the visitor is let in. */
type Check = (test: TestApp, challenge: AnsweredChallenge) => Promise<boolean>

/** Where a form is sent. */
interface Sent {
  url: string
  headers?: Record<string, string>
  fields: Record<string, string>
}

/** A check that is a form: the suite sends its fields in every encoding. */
export interface FormCheck {
  request(test: TestApp, challenge: AnsweredChallenge): Sent | Promise<Sent>
  /** Whether the visitor is let in, by the body of the answer. */
  passed(body: string): boolean
}

/** How the contract suite uses a dialect. Each dialect exports one as `underTest`, from its `testing.ts`. */
export interface DialectUnderTest {
  /** Every way in which a response is judged, by name. */
  checks: Readonly<Record<string, Check | FormCheck>>
  /** Names of dialects that it cannot do without. @default none */
  beside?: readonly string[]
  /** Names of the styles of its kinds that it issues. @default all */
  styles?: readonly string[]
  /** Solves work, as a response of a challenge: for dialects with the kind `work`. */
  solve?(test: TestApp, id: string): Promise<string>
  /** Ids of new challenges in every spelling that the dialect hands out to pages and back ends. */
  handsOut(test: TestApp): Promise<readonly string[]>
}

type Encode = (fields: Record<string, string>) => string

/** Every encoding of a form. */
const ENCODINGS: Readonly<Record<string, Encode>> = {
  'a form': fields => String(new URLSearchParams(fields)),
  multipart: fields =>
    `${Object.entries(fields)
      .map(
        ([name, value]) =>
          `--------------------------d74496d66958873e\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      )
      .join('')}--------------------------d74496d66958873e--\r\n`,
  JSON: fields => JSON.stringify(fields),
}

/** Sends a form in an encoding. */
const sent =
  ({ request, passed }: FormCheck, encode: Encode): Check =>
  async (test, challenge) => {
    const { url, headers = {}, fields } = await request(test, challenge)
    const answer = await test.app.inject({ method: 'POST', url, headers, payload: encode(fields) })
    return passed(answer.body)
  }

const DOCS = new URL('../../../../docs/', import.meta.url)
/** Settings of a site that hides nothing of its challenges from a test. */
const SETTINGS = { rate: 0, open: true, origins: ['*'] }

/** The contract that every dialect keeps. */
export function dialectContract(dialect: Dialect, underTest: DialectUnderTest): void {
  const { checks, handsOut, styles: issued, solve, beside: names = [] } = underTest
  const beside = allDialects.filter(({ name }) => names.includes(name))
  describe(`the contract of dialects: ${dialect.name}`, () => {
    const start = async () => {
      const started = await testApp(SETTINGS, {}, { dialects: [dialect, ...beside] })
      await started.app.ready()
      return started
    }
    let test: TestApp
    beforeAll(async () => {
      test = await start()
    })
    afterAll(() => test.close())

    /** A new challenge of a style and its right answer, made by the service and not by the dialect. */
    const challenge = async (style: Style, on = test): Promise<AnsweredChallenge> => {
      const { service, site } = on
      const level = style.kind === 'work' ? style.settings.levels[0] : undefined
      const id = service.captcha.issue(site.id, style, level)
      const solved = style.kind === 'work' && (await solve?.(on, id))
      return { id, response: solved || service.captcha.open(id)!.answer }
    }
    const isKnown = (style: Style) => dialect.kinds.includes(style.kind) && dialect.knows?.(style) !== false
    const known = styles.filter(style => isKnown(style) && issued?.includes(style.name) !== false)
    const foreign = styles.filter(style => !isKnown(style))

    it('knows kinds that there are, and has a page in docs', () => {
      expect(dialect.kinds.length).toBeGreaterThan(0)
      expect(Object.keys(kinds)).toEqual(expect.arrayContaining(dialect.kinds as KindName[]))
      expect(existsSync(fileURLToPath(new URL(`${dialect.name}.md`, DOCS)))).toBe(true)
    })

    it('documents every route that it registers, and no other', async () => {
      const bare = await testApp({}, {}, { dialects: beside })
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

    it('takes every address with a slash at its end and without', async () => {
      for (const [path, methods] of Object.entries(dialect.document.paths)) {
        for (const method of Object.keys(methods).map(name => name.toUpperCase() as 'GET')) {
          const filled = path.replace('{publicKey}', test.site.publicKey).replace(/\{\w+\}/g, 'x')
          const bare = filled.replace(/\/$/, '')
          const [first, second] = [
            await test.app.inject({ method, url: bare }),
            await test.app.inject({ method, url: `${bare}/?x=/` }),
          ]
          expect([method, path, second.statusCode]).toEqual([method, path, first.statusCode])
          expect(second.headers.allow).toBe(first.headers.allow)
        }
      }
    })

    it('hands out no spelling of an id that "upright answer" does not understand', async () => {
      const ids = await handsOut(test)
      expect(ids.length).toBeGreaterThan(0)
      for (const id of ids) {
        const found = await findChallenge(test.service, id, [dialect])
        expect([id, dialect.kinds.includes(found!.challenge.style.kind)]).toEqual([id, true])
        expect(await findChallenge(test.service, ` ${id}\n`, [dialect])).toEqual(found)
      }
      expect(await findChallenge(test.service, 'x', [dialect])).toBeUndefined()
    })

    const forms = Object.entries(checks).flatMap(([name, check]) =>
      typeof check === 'function' ? [] : Object.keys(ENCODINGS).map(encoding => ({ name, check, encoding })),
    )
    it.each(forms)('$name is read from $encoding, up to 16 kB', async ({ check, encoding }) => {
      const encode = ENCODINGS[encoding]!
      const padded = (bytes: number): Encode => {
        return fields =>
          encode({ more: 'x'.repeat(bytes - encode({ ...fields, more: '' }).length), ...fields })
      }
      const right = () => challenge(known[0]!)
      expect(await sent(check, encode)(test, await right())).toBe(true)
      expect(await sent(check, padded(16 * 1024))(test, await right())).toBe(true)
      expect(await sent(check, padded(16 * 1024 + 1))(test, await right())).toBe(false)
    })

    describe.each(Object.entries(checks))('%s', (_, each) => {
      const check = typeof each === 'function' ? each : sent(each, ENCODINGS.JSON!)

      it('lets in once who answers a challenge of its kinds, and nobody else', async () => {
        for (const style of known) {
          const right = await challenge(style)
          expect(await check(test, { ...(await challenge(style)), response: '~' })).toBe(false)
          expect([style.name, await check(test, right)]).toEqual([style.name, true])
        }
      })

      it('lets nobody in with an id of a foreign kind', async () => {
        expect(foreign.length).toBeGreaterThan(0)
        for (const style of foreign) {
          expect([style.name, await check(test, await challenge(style))]).toEqual([style.name, false])
        }
      })

      it('lets nobody in while the ledger is away, where the site refuses', async () => {
        const away = await start()
        onTestFinished(() => away.close())
        expect(away.site.settings.outage).toBe('refuse')
        const right = await Promise.all(known.map(style => challenge(style, away)))
        await away.service.ledger.close()
        for (const one of right) expect(await check(away, one)).toBe(false)
      })
    })
  })
}
