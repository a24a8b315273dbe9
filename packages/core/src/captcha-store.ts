import { randomBytes } from 'node:crypto'
import { ALPHABETS } from './alphabets.ts'
import { acceptsCode } from './code.ts'
import { CODE_RULES, type CodeChoice, charactersOf, chooseCode } from './code-choice.ts'
import { CaptchaError } from './errors.ts'
import { aClock, checkOptions, type OptionRules, wholeNumber } from './options.ts'

/** How captchas are issued and how long they are kept. */
export interface CaptchaStoreOptions extends Pick<CodeChoice, 'alphabet' | 'ignoreCharacters' | 'length'> {
  /** Seconds from issue to expiry, 1 to 86400. @default 600 */
  expirySeconds?: number | undefined
  /** Captchas that are kept at a time, the newest. @default 100000, about 25 MB */
  maxOpen?: number | undefined
  /** Milliseconds since 1970. @default Date.now */
  now?: (() => number) | undefined
}

/** A captcha as its picture and its sound are made from it: options of `textCaptcha` and `speechCaptcha`. */
export interface StoredCaptcha {
  /** What the visitor has to type; keep it on the server. */
  answer: string
  /**
   * The same picture and the same sound whenever they are asked for: several would be easier to read for
   * machines.
   */
  seed: Uint8Array
}

/** Captchas of one process, in memory: each is issued, shown as often as wanted, and verified once. */
export interface CaptchaStore {
  /** Keeps a new captcha, and gives its id: 32 hexadecimal digits, which a form sends back. */
  issue(): string
  /**
   * An open captcha. @throws CaptchaError `unknown_challenge`, with the status 404, when it was verified, has
   * expired or never was
   */
  find(id: unknown): StoredCaptcha
  /** Whether a response is right. Whatever it is, the captcha is spent. Never throws. */
  verify(id: unknown, response: unknown): boolean
}

const RULES: OptionRules<CaptchaStoreOptions> = {
  alphabet: CODE_RULES.alphabet,
  ignoreCharacters: CODE_RULES.ignoreCharacters,
  length: CODE_RULES.length,
  expirySeconds: wholeNumber(1, 86_400),
  maxOpen: wholeNumber(1, 10_000_000),
  now: aClock,
}

/**
 * Issues captchas and verifies each once, for programs of one process. Several processes need a store that
 * they share, or the service.
 * @throws CaptchaError `bad_option`
 */
export function captchaStore(options?: CaptchaStoreOptions): CaptchaStore {
  checkOptions('captchaStore', options, RULES)
  const { expirySeconds = 600, maxOpen = 100_000, now = Date.now, length, ...characters } = options ?? {}
  const alphabet = charactersOf(characters, ALPHABETS.en.both)
  // In the order of their issue, and so of their expiry.
  const open = new Map<string, StoredCaptcha & { until: number }>()
  const get = (id: unknown) => {
    const found = typeof id === 'string' ? open.get(id) : undefined
    return found && now() < found.until ? found : undefined
  }
  return {
    issue() {
      for (const [id, { until }] of open) {
        if (now() < until && open.size < maxOpen) break
        open.delete(id)
      }
      const id = randomBytes(16).toString('hex')
      const { answer } = chooseCode({ length }, alphabet)
      open.set(id, { answer, seed: randomBytes(32), until: now() + 1000 * expirySeconds })
      return id
    },
    find(id) {
      const found = get(id)
      if (!found) throw new CaptchaError('unknown_challenge')
      return { answer: found.answer, seed: found.seed }
    },
    verify(id, response) {
      const found = get(id)
      if (found) open.delete(id as string)
      return acceptsCode(found?.answer, response, alphabet)
    },
  }
}
