import { CaptchaError } from './errors.ts'
import { deriveKey } from './keys.ts'
import type { Form, Rendition } from './kind.ts'
import { kinds } from './kinds.ts'
import type { Ledger } from './ledger.ts'
import { purposeStreams } from './random.ts'
import { createSeal, formatId, parseId } from './seal.ts'
import { type Style, styleNumbered } from './styles.ts'

/** What a CAPTCHA is made of. Clock and randomness come from outside, so that tests can freeze them. */
export interface CaptchaOptions {
  /** The master secret, at least 32 characters: every key comes from it. */
  secret: string
  /** The secret before it, whose challenges stay good while it is being replaced. */
  previousSecret?: string | undefined
  /** Where spent challenges are written down. */
  ledger: Ledger
  /** Milliseconds since 1970. */
  now: () => number
  /** n fresh random bytes, from a cryptographic source. */
  random: (n: number) => Uint8Array
}

/** What a site decides about its challenges. */
export interface Rules {
  /** Seconds a challenge can be answered. */
  expiry: number
  /** Wrong answers after which a challenge is spent. */
  attempts: number
  /** Whether a right answer can be asked about again for a short while, or once only. */
  revalidation: 'grace' | 'strict'
}

/** An id that makes sense, opened. */
export interface Challenge {
  id: string
  site: number
  style: Style
  /** Whole seconds since 1970. */
  issued: number
  answer: string
}

/** What came of a response. Only `passed` lets anybody in; the reasons are for logs, never for visitors. */
export type Verdict = 'passed' | 'wrong' | 'spent' | 'expired' | 'unknown'

/** The life of a challenge. */
export interface Captcha {
  /** A new challenge's id, as a dashed UUID. Writes nothing. */
  issue(site: number, style: Style): string
  /** What an id stands for, or undefined when it is forged, foreign to every secret, or two days old. */
  open(id: string): Challenge | undefined
  /**
   * A challenge's picture or sound: the same id and form, the same bytes.
   * @throws CaptchaError `unknown_challenge`, `form_unavailable`
   */
  show(id: string, site: number, form: Form, rules: Rules): Rendition
  /** Judges a response. A challenge that passed or failed is spent; asking again does not change the outcome. */
  check(id: string, site: number, response: string, rules: Rules): Promise<Verdict>
}

/** Seconds in which a right answer may be given again under `grace`, and how many times. */
const GRACE = { seconds: 120, times: 2 }
/** Seconds by which an id may come from the future: another node's clock, or our own set back. */
const AHEAD = 15 * 60
/** Seconds after which an id is no longer told from a forged one. */
const FORGOTTEN = 48 * 3600

/** A CAPTCHA over one master secret. @throws CaptchaError `bad_secret` */
export function createCaptcha({ secret, previousSecret, ledger, now, random }: CaptchaOptions): Captcha {
  const ring = (master: string) => ({
    seal: createSeal(deriveKey(master, 'id', 16), random),
    streams: purposeStreams(deriveKey(master, 'stream', 32)),
  })
  const current = ring(secret)
  const rings = previousSecret ? [current, ring(previousSecret)] : [current]
  const seconds = () => Math.floor(now() / 1000)

  /** The content of an id under the secret it was made with, when it makes sense under one. */
  const unseal = (text: string) => {
    const id = parseId(text)
    if (!id) return undefined
    for (const { seal, streams } of rings) {
      const { time, site, style: number } = seal.open(id)
      const style = styleNumbered(number)
      const age = seconds() - time
      // A forged id opens to 16 random bytes: time and style fit once in 2¹⁸, the caller's site once in 2²⁴ of those.
      if (style && age <= FORGOTTEN && age >= -AHEAD) return { id, streams, time, site, style }
    }
    return undefined
  }
  const answerOf = ({ id, streams, style }: NonNullable<ReturnType<typeof unseal>>) =>
    kinds[style.kind].draw(style.settings, streams('answer', id))

  return {
    issue(site, style) {
      return formatId(current.seal.close({ time: seconds(), site, style: style.number }))
    },

    open(text) {
      const opened = unseal(text)
      if (!opened) return undefined
      const { id, site, style, time } = opened
      return { id: formatId(id), site, style, issued: time, answer: answerOf(opened) }
    },

    show(text, site, form, rules) {
      const opened = unseal(text)
      if (!opened || opened.site !== site || seconds() - opened.time > rules.expiry) {
        throw new CaptchaError('unknown_challenge')
      }
      const { id, streams, style } = opened
      const render = kinds[style.kind].forms[form]
      if (!render) throw new CaptchaError('form_unavailable')
      return render(style.settings, answerOf(opened), streams(form, id))
    },

    async check(text, site, response, rules) {
      const opened = unseal(text)
      if (!opened || opened.site !== site) return 'unknown'
      const { id, style, time } = opened
      const age = seconds() - time
      const lifetime = rules.expiry + GRACE.seconds
      if (age > lifetime) return 'expired'

      // What the claim will say is settled before it is made: the claim alone decides, and every answer waits for it.
      const late = age > rules.expiry
      const right = kinds[style.kind].accepts(style.settings, answerOf(opened), response)
      // The issue time goes first, so that challenges of the same minutes lie side by side in a sorted store.
      const name = `${time.toString(16)}.${id.toString('base64url')}`
      const remaining = lifetime - age
      let exhausted = false
      if (rules.attempts > 1 && !late) {
        const attempt = await ledger.count(`${name}.attempt`, remaining)
        if (!right && attempt < rules.attempts) return 'wrong'
        exhausted = attempt > rules.attempts
      }
      const good = right && !late && !exhausted
      const before = await ledger.claim(name, remaining, good ? `passed ${seconds()}` : 'failed')
      if (before === undefined) return good ? 'passed' : late ? 'expired' : right ? 'spent' : 'wrong'

      if (!right || rules.revalidation === 'strict' || !before.startsWith('passed ')) return 'spent'
      if (seconds() - Number(before.slice('passed '.length)) > GRACE.seconds) return 'spent'
      return (await ledger.count(`${name}.again`, remaining)) <= GRACE.times ? 'passed' : 'spent'
    },
  }
}
