import { type Captcha, CaptchaError, type Rendition, readDegrees, signedDegrees } from '@upright/core'
import type { Pictures } from '../pictures/picture.ts'
import { DEFAULT_SETTINGS } from '../registry/settings.ts'
import { type Plan, summarise } from './result.ts'
import type { Item, Result } from './wire.ts'

/** Longest answer that is taken, in UTF-16 units: the longest that the service looks at. */
const MAX_ANSWER_LENGTH = 64
/** Whose challenges they are: any site will do. */
const SITE = { id: 1, settings: DEFAULT_SETTINGS }

export interface SessionOptions extends Plan {
  /** Issues, shows and judges, as it does for the service. */
  captcha: Captcha
  /** Source of discs. */
  pictures: Pictures
  /** Milliseconds since 1970. */
  now: () => number
  /** Keeps what there is so far: it runs after each answer. */
  save(result: Result): void
}

/** One person's reading test. */
export interface Session extends Plan {
  /** The challenge to be answered, from 1; past `count` when all are. */
  readonly next: number
  /** Whether all were answered or skipped. */
  readonly finished: boolean
  result(): Result
  /**
   * The picture or sound of a challenge; before the end only of the one to be answered, so that nobody looks
   * ahead.
   * @throws CaptchaError `not_found`
   */
  show(n: number): Promise<Rendition>
  /**
   * Takes an answer, or null for a challenge that cannot be read. False where that one was answered before:
   * the first answer stands.
   * @throws CaptchaError `bad_request`
   */
  answer(n: number, typed: string | null): Promise<boolean>
}

/** A test of so many challenges, the first of them ready. */
export function createSession({ captcha, pictures, now, save, ...plan }: SessionOptions): Session {
  const { style, form, count } = plan
  const ids = Array.from({ length: count }, () => captcha.issue(SITE.id, style))
  const items: Item[] = []
  let next = 1
  /** When the next challenge was first shown. */
  let shown: number | undefined

  return {
    ...plan,
    get next() {
      return next
    },
    get finished() {
      return items.length === count
    },
    result: () => summarise(plan, items),

    async show(n) {
      const id = ids[n - 1]
      if (!id || n > next || (n < next && items.length < count)) throw new CaptchaError('not_found')
      if (n === next) shown ??= now()
      if (style.kind === 'rotate') return pictures.show(SITE, id)
      return captcha.show(SITE, id, form)
    },

    async answer(n, typed) {
      if (n < next) return false
      if (n > next || n > count) throw new CaptchaError('bad_request', `challenge ${next} comes first`)
      if (shown === undefined) throw new CaptchaError('bad_request', `challenge ${n} was not looked at`)
      if (typed !== null && (typed.trim() === '' || typed.length > MAX_ANSWER_LENGTH)) {
        throw new CaptchaError('bad_request', `an answer has 1 to ${MAX_ANSWER_LENGTH} characters`)
      }
      if (typed !== null && style.kind === 'rotate' && readDegrees(typed) === undefined) {
        throw new CaptchaError('bad_request', 'a disc is turned by whole degrees, 0 to 360')
      }
      const seconds = Math.round((now() - shown) / 100) / 10
      // Before anything is waited for: the same answer sent again must find it taken.
      next++
      shown = undefined
      const id = ids[n - 1]!
      const wanted = captcha.open(id)!.answer
      const right = typed !== null && (await captcha.check(SITE, id, typed)) === 'passed'
      items.push({ n, wanted, typed, right, seconds, ...(await turnOf(id, wanted, typed)) })
      save(summarise(plan, items))
      return true
    },
  }

  async function turnOf(
    id: string,
    wanted: string,
    typed: string | null,
  ): Promise<Pick<Item, 'picture' | 'off'>> {
    const entry = style.kind === 'rotate' ? await pictures.of(id) : undefined
    if (!entry) return {}
    const picture = { id: entry.id, name: entry.name }
    const turned = typed === null ? undefined : readDegrees(typed)
    return turned === undefined ? { picture } : { picture, off: signedDegrees(turned - Number(wanted)) }
  }
}
