import { createHmac } from 'node:crypto'
import { CaptchaError } from './errors.ts'
import { createFallback, type Fallback, type Outage } from './fallback.ts'
import type { Font } from './font.ts'
import { formatId } from './id.ts'
import type { Secrets } from './keys.ts'
import type { Derive, Drawn, Kind, Look, Rendition } from './kind.ts'
import { type Form, type KindName, kinds } from './kinds.ts'
import { isLost, type Ledger } from './ledger.ts'
import { createOpener, type Opened } from './opener.ts'
import { aFunction, checkOptions, type OptionRules, wholeNumber } from './options.ts'
import { createPlaces, type Places } from './places.ts'
import type { Stream } from './random.ts'
import { isPassed, isRepeatable, passedClaim, REVALIDATION } from './revalidation.ts'
import { expiryOf, type Rules } from './rules.ts'
import { SEALED_RECORD_RULES } from './sealed-record.ts'
import type { Style } from './styles.ts'

/** Options of `createCaptcha`. Clock and randomness come from outside, so that tests can freeze them. */
export interface CaptchaOptions extends Secrets {
  /** The ledger of spent challenges. */
  ledger: Ledger
  /** Milliseconds since 1970. */
  now: () => number
  /** n fresh random bytes, from a cryptographic source. */
  random: (n: number) => Uint8Array
  /**
   * Seconds after which pictures begin to look otherwise, on every node at once, up to 366 days; 0 for never.
   * @default a week
   */
  season?: number | undefined
  /**
   * Fonts of the operator's own that codes are drawn in beside ours: the same on every node.
   * @default none
   */
  fonts?: readonly Font[] | undefined
  /** The kinds whose challenges it knows. @default all */
  kinds?: readonly KindName[] | undefined
  /**
   * Derives keys that are too expensive for the event loop, at most two at a time.
   * @default Node's thread pool
   */
  derive?: Derive | undefined
  /** Called for every response that was decided without the ledger. @default no call */
  onOutage?: ((outage: Outage) => void) | undefined
  /**
   * Called for every response that `check` and `preview` have judged, with the number of the site: once for
   * each that spends a challenge or one of its attempts, and neither for repeats nor for late ones.
   * @default no call
   */
  onJudged?: ((site: number, kind: KindName, right: boolean) => void) | undefined
}

/** An id that makes sense, opened. */
export interface Challenge {
  id: string
  site: number
  style: Style
  /** See `Variant`. */
  level: number | undefined
  /** Whole seconds since 1970. */
  issued: number
  answer: string
}

/** A site, as far as its challenges need it. */
export interface CaptchaSite {
  /** 0 … 16777215, as in its ids. */
  id: number
  settings: Rules
}

/** The generation of an id. */
export interface GenerationOptions {
  /** 0 is the challenge as it was issued; later ones are those of `renew`. @default 0 */
  generation?: number | undefined
}

/** Options of a check. */
export interface CheckOptions extends GenerationOptions {
  /**
   * Called once for a challenge: when its right answer is accepted for the first time, and not when the same
   * one is asked about again. @default no call
   */
  onFirstPass?: (() => void) | undefined
}

/** What a form of a challenge is drawn from. */
export interface Draft extends Drawn<Style['settings']> {
  style: Style
  stream: Stream
  look: Look
}

/**
 * What came of a response. Only `passed` lets anybody in; the reasons are for logs, never for visitors.
 * `unavailable`: the ledger was out of reach, or too much that is expensive to judge waits; nothing was
 * decided.
 */
export type Verdict = 'passed' | 'wrong' | 'spent' | 'expired' | 'unknown' | 'unavailable'

/**
 * The life of a challenge. Calls say whose challenge it is, then which, then which generation of it: later
 * ones than 0 are there for dialects that give an id a new code.
 */
export interface Captcha {
  /**
   * The same captcha for challenges of these kinds alone, and of some styles of them: ids of others are
   * unknown to it. Who asks for a code must not be given an angle, which is guessed sooner.
   */
  only(kinds: readonly KindName[], knows?: (style: Style) => boolean): Captcha
  /** A new challenge's id, as a dashed UUID; `level` is for styles numbered from 64 on. Writes nothing. */
  issue(site: number, style: Style, level?: number): string
  /** The decrypted content of an id; undefined when it is forged, of another secret, or two days old. */
  open(id: string, generation?: number): Challenge | undefined
  /**
   * Whether a challenge of this issue time cannot be seen or answered any more: its time is over, or it was
   * lost.
   */
  expired(challenge: Pick<Challenge, 'issued'>, rules: Rules): boolean
  /**
   * Gives an id a new answer; resolves with its generation, 1 for the first. The ones before it stay as they
   * are.
   * @throws CaptchaError `unknown_challenge`, `unavailable`
   */
  renew(site: CaptchaSite, id: string): Promise<number>
  /**
   * The generation an id was last renewed to; 0 when it never was, or is no id at all.
   * @throws CaptchaError `unavailable`
   */
  latest(id: string, rules?: Pick<Rules, 'outage'>): Promise<number>
  /**
   * A challenge's picture or sound: the same id, generation and form, the same bytes.
   * @throws CaptchaError `unknown_challenge`, `form_unavailable`
   */
  show(site: CaptchaSite, id: string, form: Form, options?: GenerationOptions): Rendition
  /**
   * What a form is drawn from, for forms that need more than the id: `drawDisc` takes a picture as well.
   * @throws CaptchaError `unknown_challenge`
   */
  draft(site: CaptchaSite, id: string, form: Form, options?: GenerationOptions): Draft
  /**
   * Checks a response. A challenge that passed or failed is spent; asking again does not change the outcome.
   */
  check(site: CaptchaSite, id: string, response: string, options?: CheckOptions): Promise<Verdict>
  /**
   * The verdict of `check`, for a page that asks while somebody types. A right answer is not spent, a wrong
   * one counts as in `check`.
   */
  preview(site: CaptchaSite, id: string, response: string, options?: GenerationOptions): Promise<Verdict>
  /**
   * Judges a response without spending the challenge: for one in a ticket, whose own claim spends both.
   * `passed` is right; `spent` was derived before, for what is expensive to judge is judged once.
   */
  judge(site: CaptchaSite, id: string, response: string): Promise<Verdict>
  /**
   * The recorded result of a challenge, for as long as it can be answered; undefined before its first claim,
   * and for unknown ids. Rejects when the ledger does.
   */
  outcome(
    site: Pick<CaptchaSite, 'id'>,
    id: string,
    options?: GenerationOptions,
  ): Promise<'passed' | 'failed' | undefined>
}

/** Seconds of a season, unless told otherwise. */
export const SEASON = 7 * 24 * 3600
/** A longer season is none: 0 says so. */
const MAX_SEASON_SECONDS = 366 * 24 * 3600
/** Rules of kinds whose first response decides. */
const ONCE = { attempts: 1, revalidation: 'strict' } as const
/**
 * Expensive checks of a process. One of scrypt takes 25 to 50 ms of a core, so that those who wait are
 * answered within a second or so.
 */
const EXPENSIVE_CHECKS = { running: 2, waiting: 50 }
/** One list for every captcha without fonts of its own. */
const NO_FONTS: readonly Font[] = []

/** The kind of a style, which takes that style's settings. */
const kindOf = ({ kind }: Style) => kinds[kind] as Kind<Style['settings'], string>

/** Renders the form that a draft was made for. @throws CaptchaError `form_unavailable` */
export function renderDraft(draft: Draft, form: Form): Rendition {
  const render = kindOf(draft.style).forms[form]
  if (!render) throw new CaptchaError('form_unavailable')
  return render(draft, draft.stream, draft.look)
}

const isArray = (value: unknown) => Array.isArray(value)

const RULES: OptionRules<CaptchaOptions> = {
  ...SEALED_RECORD_RULES,
  season: wholeNumber(0, MAX_SEASON_SECONDS),
  derive: aFunction('that derives a key'),
  onJudged: aFunction('that takes a site, a kind and whether a response is right'),
  fonts: { accepts: isArray, words: 'an array of fonts' },
  kinds: {
    accepts: value => Array.isArray(value) && value.every(name => Object.hasOwn(kinds, name)),
    words: `an array of ${Object.keys(kinds).join(', ')}`,
  },
}

/** A CAPTCHA over master secrets. @throws CaptchaError `bad_option`, `bad_secret` */
export function createCaptcha(options: CaptchaOptions): Captcha {
  checkOptions('createCaptcha', options, RULES)
  const { ledger, now, onOutage } = options
  return captchaOver(options, createFallback(ledger, now, onOutage), createPlaces(EXPENSIVE_CHECKS))
}

/** Options of a captcha that `only` has narrowed. */
interface NarrowOptions extends CaptchaOptions {
  /** Whether it knows the challenges of a style of its kinds. @default it does */
  knows?(style: Style): boolean
}

/**
 * The calls over one opener and one fallback. It is one closure and not several files: an id's name in the
 * ledger, its expiry and its answer are small functions of the clock and the secrets that every call shares.
 */
function captchaOver(options: NarrowOptions, standby: Fallback, places: Places): Captcha {
  const { now, season = SEASON, fonts = NO_FONTS, onJudged } = options
  const { kinds: allowed = Object.keys(kinds) as KindName[], knows = () => true } = options
  const opener = createOpener({ ...options, allows: style => allowed.includes(style.kind) && knows(style) })
  const seconds = () => Math.floor(now() / 1000)

  const drawnOf = ({ id, streams, style, level }: Opened, generation: number): Drawn<Style['settings']> => {
    const variant = { settings: style.settings, level }
    return { ...variant, answer: kindOf(style).draw(variant, streams('answer', id, generation)) }
  }
  // A challenge keeps the season it was issued in.
  const lookOf = ({ seasons, issued, site, style }: Opened): Look => ({
    season: createHmac('sha256', seasons)
      .update(`${site} ${style.number} ${season > 0 ? Math.floor(issued / season) : 0}`)
      .digest('hex'),
    fonts,
  })
  // The issue time goes first, so that challenges of the same minutes are side by side in a sorted store.
  const nameOf = ({ id, issued }: Opened) => `${issued.toString(16)}.${Buffer.from(id).toString('base64url')}`
  const claimOf = (opened: Opened, generation: number) =>
    nameOf(opened) + (generation > 0 ? `.${generation}` : '')
  const generationsOf = (opened: Opened) => `${nameOf(opened)}.generation`
  /** Seconds for which the ledger has to know of a challenge. */
  const remaining = ({ issued }: Opened, rules: Rules) =>
    expiryOf(rules, issued) + REVALIDATION.seconds - (seconds() - issued)
  const lost = ({ issued }: Pick<Challenge, 'issued'>) => isLost(options.ledger, issued)
  const expired: Captcha['expired'] = (challenge, rules) =>
    seconds() - challenge.issued > expiryOf(rules, challenge.issued) || lost(challenge)

  /** An id of a site that can be shown and answered still. */
  const live = (site: CaptchaSite, text: string): Opened => {
    const opened = opener.open(text)
    if (!opened || opened.site !== site.id || expired(opened, site.settings)) {
      throw new CaptchaError('unknown_challenge')
    }
    return opened
  }

  const draft: Captcha['draft'] = (site, text, form, { generation = 0 } = {}) => {
    const opened = live(site, text)
    const { id, streams, style } = opened
    return {
      ...drawnOf(opened, generation),
      style,
      stream: streams(form, id, generation),
      look: lookOf(opened),
    }
  }

  /** Checks a response as far as possible without the ledger. */
  const judge = (site: CaptchaSite, text: string, response: string, generation: number) => {
    const opened = opener.open(text)
    if (!opened || opened.site !== site.id) return undefined
    const kind = kindOf(opened.style)
    return {
      site: opened.site,
      kind: opened.style.kind,
      name: claimOf(opened, generation),
      issued: opened.issued,
      rules: kind.once ? { ...site.settings, ...ONCE } : site.settings,
      remaining: remaining(opened, site.settings),
      late: expired(opened, site.settings),
      accepted: kind.accepts(drawnOf(opened, generation), response, site.settings),
    }
  }

  type Judged = NonNullable<ReturnType<typeof judge>>

  /** Decides what comes of a response, as its site wants it where the ledger is out of reach. */
  const verdict = ({ id, settings }: CaptchaSite, work: (ledger: Ledger) => Promise<Verdict>) =>
    standby.decide(id, settings.outage ?? 'refuse', work).catch((): Verdict => 'unavailable')

  /** Decides what comes of a response, by whether it is right. */
  const decide = async (
    site: CaptchaSite,
    { name, remaining, late, accepted }: Judged,
    work: (right: boolean, ledger: Ledger) => Promise<Verdict>,
  ): Promise<Verdict> => {
    if (typeof accepted === 'boolean') return verdict(site, ledger => work(accepted, ledger))
    if (late) return verdict(site, ledger => work(false, ledger))
    const once = async (ledger: Ledger): Promise<Verdict> => {
      if ((await ledger.count(`${name}.check`, remaining)) > 1) return 'spent'
      // A failure of the check is not one of the ledger.
      const right = await accepted(options.derive).catch(() => undefined)
      return right === undefined ? 'unavailable' : work(right, ledger)
    }
    // The place comes first: without one nothing is spent.
    return places.run(() => verdict(site, once)).catch(() => 'unavailable')
  }

  /** The verdict of a response, by the earlier claim of its challenge. */
  const settle = async (
    judged: Judged,
    right: boolean,
    ledger: Ledger,
    onFirstPass?: () => void,
  ): Promise<Verdict> => {
    const { name, remaining, late, rules } = judged
    /** A verdict that no earlier claim has brought about, of which the observers are told. */
    const fresh = (verdict: Verdict): Verdict => {
      if (verdict === 'passed') onFirstPass?.()
      if (verdict === 'passed' || verdict === 'wrong') onJudged?.(judged.site, judged.kind, right)
      return verdict
    }
    // What the claim will say is settled before it is made: the claim alone decides, and every answer waits
    // for it.
    let exhausted = false
    if (rules.attempts > 1 && !late) {
      const attempt = await ledger.count(`${name}.attempt`, remaining)
      if (!right && attempt < rules.attempts) return fresh('wrong')
      exhausted = attempt > rules.attempts
    }
    const good = right && !late && !exhausted
    const before =
      (await standby.decided(name)) ??
      (await ledger.claim(name, remaining, good ? passedClaim(rules, seconds()) : 'failed'))
    if (lost(judged)) return 'expired'
    if (before === undefined) return fresh(good ? 'passed' : late ? 'expired' : right ? 'spent' : 'wrong')

    if (!right || !isRepeatable(rules, before, seconds())) return 'spent'
    return (await ledger.count(`${name}.again`, remaining)) <= REVALIDATION.times ? 'passed' : 'spent'
  }

  const check: Captcha['check'] = async (site, text, response, { generation = 0, onFirstPass } = {}) => {
    const judged = judge(site, text, response, generation)
    if (!judged) return 'unknown'
    if (judged.remaining < 0) return 'expired'
    return decide(site, judged, (right, ledger) => settle(judged, right, ledger, onFirstPass))
  }

  return {
    only(chosen, some = () => true) {
      const narrower = {
        kinds: chosen.filter(kind => allowed.includes(kind)),
        knows: (style: Style) => knows(style) && some(style),
      }
      return captchaOver({ ...options, ...narrower }, standby, places)
    },

    issue(site, style, level) {
      // A challenge of now can be answered, whatever was lost: it is dated behind that.
      const issued = Math.max(seconds(), (options.ledger.loss?.()?.before ?? 0) + 1)
      return formatId(opener.make({ issued, site, style, level }))
    },

    open(text, generation = 0) {
      const opened = opener.open(text)
      if (!opened) return undefined
      const { id, site, style, level, issued } = opened
      const { answer } = drawnOf(opened, generation)
      return { id: formatId(id), site, style, level, issued, answer }
    },

    async renew(site, text) {
      const opened = live(site, text)
      const name = generationsOf(opened)
      return standby.decide(site.id, site.settings.outage ?? 'refuse', ledger => {
        return ledger.count(name, remaining(opened, site.settings))
      })
    },

    async latest(text, { outage = 'refuse' } = {}) {
      const opened = opener.open(text)
      if (!opened) return 0
      return standby.decide(opened.site, outage, ledger => ledger.counted(generationsOf(opened)))
    },

    expired,

    draft,

    show(site, text, form, options) {
      return renderDraft(draft(site, text, form, options), form)
    },

    check,

    async preview(site, text, response, { generation = 0 } = {}) {
      const judged = judge(site, text, response, generation)
      if (judged?.accepted !== true || judged.late) return check(site, text, response, { generation })
      return verdict(site, async ledger => {
        const claim = await ledger.claimed(judged.name)
        return lost(judged) ? 'expired' : claim === undefined ? 'passed' : 'spent'
      })
    },

    async judge(site, text, response) {
      const judged = judge(site, text, response, 0)
      if (!judged) return 'unknown'
      if (judged.late) return 'expired'
      const { accepted } = judged
      if (typeof accepted === 'boolean') return accepted ? 'passed' : 'wrong'
      return decide(site, judged, async right => (right ? 'passed' : 'wrong'))
    },

    async outcome(site, text, { generation = 0 } = {}) {
      const opened = opener.open(text)
      if (opened?.site !== site.id) return undefined
      const claim = await options.ledger.claimed(claimOf(opened, generation))
      if (claim === undefined) return undefined
      return isPassed(claim) ? 'passed' : 'failed'
    },
  }
}
