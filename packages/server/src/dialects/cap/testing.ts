import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import type { Config } from '../../config.ts'
import type { SiteSettings } from '../../registry/settings.ts'
import { type TestApp, testApp } from '../../testing/app.ts'
import { solvedPuzzles } from '../../testing/cap-puzzles.ts'
import type { DialectUnderTest } from '../../testing/dialect-contract.ts'
import { cap } from './index.ts'
import type { ChallengeAnswer, ChallengeAnswer2 } from './wire.ts'

/** Little work, so that tests have it done at once. */
export const LITTLE_WORK = { cap: { style: 'sha256', level: 16 } }

/** A session of the dialect over a real service: for tests. */
export interface CapApp extends TestApp {
  /** Calls a path of the site; a body that is no text is sent as JSON. */
  post(path: string, body?: unknown, options?: InjectOptions): Promise<LightMyRequestResponse>
  challenge(options?: InjectOptions): Promise<ChallengeAnswer>
  /** A new challenge with its solutions. */
  solved(options?: InjectOptions): Promise<{ token: string; solutions: number[] }>
  /** A token as a form has it. */
  earn(): Promise<string>
  /** What a back end gets to read about a token. */
  siteverify(response: unknown, fields?: object): Promise<Record<string, unknown>>
}

/** The puzzles of either format. */
export const puzzlesOf = (answer: ChallengeAnswer | ChallengeAnswer2): [salt: string, target: string][] =>
  'format' in answer
    ? answer.challenges.map(({ payload: { salt, target } }) => [salt, target])
    : answer.challenge

/** Starts one with a site whose challenges take little work. */
export async function capApp(
  settings: Partial<SiteSettings> = {},
  config: Partial<Config> = {},
): Promise<CapApp> {
  const test = await testApp({ rate: 0, work: LITTLE_WORK, ...settings }, config)
  const { app, site, secret } = test
  const post: CapApp['post'] = (path, body, options = {}) =>
    app.inject({
      method: 'POST',
      url: path.startsWith('/') ? path : `/${site.publicKey}/${path}`,
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...options,
    })
  const challenge: CapApp['challenge'] = async options => (await post('challenge', undefined, options)).json()
  const solved: CapApp['solved'] = async options => {
    const { token, challenge: puzzles } = await challenge(options)
    return { token, solutions: solvedPuzzles(puzzles) }
  }
  return {
    ...test,
    post,
    challenge,
    solved,
    earn: async () => (await post('redeem', await solved())).json().token,
    siteverify: async (response, fields = {}) =>
      (await post('siteverify', { secret, response, ...fields })).json(),
  }
}

/** A pass for a solved challenge, by an id that the dialect did not issue itself, and what verifies it. */
export const underTest: DialectUnderTest = {
  styles: ['sha256'],
  solve: async ({ service }, id) => String(await cap.solve!(service.captcha.open(id)!, '')),
  checks: {
    async siteverify({ app, service, site, secret }, { id, response }) {
      const token = service.tickets.issue({
        ...{ site: site.id, expiry: site.settings.expiry, dialect: 'cap', hostname: '' },
        ...{ action: '', cdata: '', rung: 0, reasons: [], ids: new Map([['work', id]]) },
      })
      const post = async (call: string, payload: object) =>
        (
          await app.inject({
            method: 'POST',
            url: `/cap/${site.publicKey}/${call}`,
            payload: JSON.stringify(payload),
          })
        ).json()
      const redeemed = await post('redeem', { token, solutions: response.split(',').map(Number) })
      if (!redeemed.success) return false
      const { success } = await post('siteverify', { secret, response: redeemed.token })
      return success === true
    },
  },
  async handsOut({ app, site }) {
    const answers = ['challenge', '2/challenge'].map(call =>
      app.inject({ method: 'POST', url: `/cap/${site.publicKey}/${call}` }),
    )
    return (await Promise.all(answers)).map(answer => answer.json().token)
  },
}
