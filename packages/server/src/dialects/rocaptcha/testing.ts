import { readdirSync, readFileSync } from 'node:fs'
import { styles } from '@upright/core'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import type { Config } from '../../config.ts'
import type { Files } from '../../http/files.ts'
import type { PictureEntry, PictureFacts } from '../../registry/picture.ts'
import type { SiteSettings } from '../../registry/settings.ts'
import { type TestApp, testApp } from '../../testing/app.ts'
import type { DialectUnderTest } from '../../testing/dialect-contract.ts'
import { createHashes } from './hash.ts'

/** Any prepared picture. */
const FOLDER = new URL('../../../pictures/', import.meta.url)
const file = () => readFileSync(new URL(readdirSync(FOLDER).find(name => name.endsWith('.webp'))!, FOLDER))

/** A session of the dialect over a real service: for tests. */
export interface RocaptchaApp extends TestApp {
  get(path: string, query?: Record<string, string>, options?: InjectOptions): Promise<LightMyRequestResponse>
  /** A hash; without a query, of a picture. */
  generate(query?: Record<string, string>): Promise<string>
  /** The right response to a hash. */
  right(hash: string): number
  /** The status that a verification answers, its fields given with those left out filled in. */
  verify(fields: Record<string, string | number>, options?: InjectOptions): Promise<string>
  /** The same, with all of the answer. */
  post(fields: Record<string, string | number>, options?: InjectOptions): Promise<LightMyRequestResponse>
  /** Puts a picture into the library. */
  add(facts?: Partial<PictureFacts>): Promise<PictureEntry>
}

/** Starts one whose library has one picture, a dog that is named Rex. */
export async function rocaptchaApp(
  settings: Partial<SiteSettings> = {},
  files?: Files,
  config: Partial<Config> = {},
): Promise<RocaptchaApp> {
  // No rate: a test asks for more challenges than anybody.
  const test = await testApp({ rate: 0, ...settings }, config, files ? { files } : {})
  const { app, site, secret, service } = test
  const { registry, captcha } = service
  const get: RocaptchaApp['get'] = (path, query = {}, options = {}) =>
    app.inject({ url: `/api/${path}?${new URLSearchParams({ key: site.publicKey, ...query })}`, ...options })
  const post: RocaptchaApp['post'] = (fields, options = {}) =>
    app.inject({
      method: 'POST',
      url: '/api/verify/',
      payload: String(new URLSearchParams({ key: secret, ...fields } as Record<string, string>)),
      ...options,
    })
  const add: RocaptchaApp['add'] = (facts = {}) =>
    registry.addPicture({ name: 'Rex', ...facts, fingerprint: '0123456789abcdef' } as never, file())

  await add({ species: 'dog', status: 'ADOPTION', link: 'https://shelter.example/rex' })
  return {
    ...test,
    get,
    post,
    add,
    generate: async (query = {}) => (await get('generate/', query)).json().content,
    right: hash => Number(captcha.open(hash.slice(0, 32))!.answer),
    verify: async (fields, options) => (await post(fields, options)).json().status,
  }
}

/** A hash with the character at a place changed. */
export const alter = (hash: string, at: number) =>
  hash.slice(0, at) + (hash[at] === '0' ? '1' : '0') + hash.slice(at + 1)

/** A text as UTF-8 carries it: halves of a pair become U+FFFD. */
export const wellFormed = (text: string): string => Buffer.from(text).toString()

/** Verification, by hashes that the dialect did not make itself. */
export const underTest: DialectUnderTest = {
  // Work is no challenge of its own: see work.test.ts.
  styles: styles.filter(({ kind }) => kind !== 'work').map(({ name }) => name),
  checks: {
    verify: {
      request: ({ service, secret }, { id, response }) => {
        const hash = createHashes(service.keys('rocaptcha-session', 32)).make(id, '')
        return { url: '/api/verify/', fields: { key: secret, hash, response } }
      },
      passed: body => JSON.parse(body).status === 'PASSED',
    },
  },
  async handsOut({ app, service, site }) {
    await service.registry.addPicture({ name: 'Rex', fingerprint: '0123456789abcdef' } as never, file())
    const queries = ['', '&session=a1', '&kind=sound', '&kind=sound&session=a1']
    const answers = queries.map(query => app.inject(`/api/generate/?key=${site.publicKey}${query}`))
    return (await Promise.all(answers)).map(answer => answer.json().content)
  },
}
