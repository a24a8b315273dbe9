import {
  CaptchaError,
  CLOCK_SKEW_SECONDS,
  type OutagePolicy,
  type Rules,
  workStyleNamed,
  workStyles,
} from '@upright/core'
import {
  checkAllowances,
  DEFAULT_LADDER_SETTINGS,
  LADDER_MODES,
  type LadderSettings,
  PRESET_RUNGS,
  PRESETS,
} from './ladder-settings.ts'

/** How much work a browser is asked for. */
export interface SiteWork {
  /** Name of a style of work. */
  style: string
  /** Half bits of expected tries, within the levels of the style. */
  level: number
}

/** Settings of a site. */
export interface SiteSettings extends Rules, LadderSettings {
  /** Angular tolerance of discs in degrees. */
  tolerance: number
  /** Origins (`https://example.org`) whose pages may call from a browser. `*` allows every origin. */
  origins: string[]
  /** Whether browsers of the allowed origins may call without a token, under `/s/<public key>/…`. */
  open: boolean
  /** Requests a minute in one process; 0 for no limit. */
  quota: number
  /** Challenges a minute that browsers of one address may ask for; 0 for no limit. */
  rate: number
  outage: OutagePolicy
  /** Dialects that the site can be used in, by name. */
  dialects: 'all' | readonly string[]
  /** Work in place of the default, by the name of what asks for it: see `Dialect.work`. */
  work: Readonly<Record<string, SiteWork>>
  /** Protocol of ALTCHA that a plug-in gets unless it says which one it wants. */
  altchaVersion: 1 | 2
  /** Whether clients of ALTCHA ask for a code after the work. */
  altchaCode: boolean
  /** Whether the verifications of reCAPTCHA and hCaptcha tell a score. */
  score: boolean
}

/** The settings of a new site. Expiry and attempts are those of CaptchEtat. */
export const DEFAULT_SETTINGS: SiteSettings = {
  expiry: 20 * 60,
  attempts: 1,
  tolerance: 10,
  revalidation: 'grace',
  origins: [],
  open: false,
  quota: 0,
  rate: 60,
  outage: 'refuse',
  dialects: 'all',
  work: {},
  altchaVersion: 1,
  altchaCode: false,
  score: false,
  ...DEFAULT_LADDER_SETTINGS,
}

/**
 * What a stored site has for settings that came with a later version than it did. The ladder then watches,
 * and asks for no more than before until it is told to.
 */
export const LATER_SETTINGS: SiteSettings = { ...DEFAULT_SETTINGS, ladder: 'shadow' }

/** Bounds of a site's settings, both ends allowed. */
export const BOUNDS = {
  /** Seconds. */
  expiry: [30, 86_400],
  attempts: [1, 10],
  /** Degrees. */
  tolerance: [5, 20],
  /** Requests a minute; 0 for no limit. */
  quota: [0, 1_000_000_000],
  /** Challenges a minute; 0 for no limit. */
  rate: [0, 1_000_000],
  rung: [0, 3],
  ceiling: [0, 3],
  /** Passes an hour. */
  expect: [0, 1_000_000],
  /** Milliseconds since 1970. */
  usualAt: [0, Number.MAX_SAFE_INTEGER],
} as const

/** Shorter expiries that are remembered of a site at most. */
const MAX_PREVIOUS = 8

/** Longest name of a site, in characters, or another word about something. */
const MAX_TEXT_LENGTH = 200

const wrong = (name: string, wanted: string) => new CaptchaError('bad_request', `${name} must be ${wanted}`)

/** A site's name without spaces around it. @throws CaptchaError `bad_request` */
export const checkName = (name: unknown): string => checkText('name', name)

/**
 * A text that may not be blank, without spaces around it.
 * @throws CaptchaError `bad_request`, naming it as `what`
 */
export function checkText(what: string, value: unknown): string {
  const text = typeof value === 'string' ? value.trim() : ''
  const length = [...text].length
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they would break lists and logs
  if (length < 1 || length > MAX_TEXT_LENGTH || /[\u0000-\u001f\u007f]/.test(text)) {
    throw wrong(what, `1 to ${MAX_TEXT_LENGTH} characters, without control characters`)
  }
  return text
}

/**
 * Settings that may be stored, from settings that somebody sent: what is left out stays left out.
 * @throws CaptchaError `bad_request`, naming the setting and what it must be
 */
export function checkSettings(settings: Partial<SiteSettings>): Partial<SiteSettings> {
  const checked: Partial<SiteSettings> = {}
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined) continue
    if (Object.hasOwn(BOUNDS, name)) {
      const bounded = name as keyof typeof BOUNDS
      checked[bounded] = whole(bounded, value)
    } else if (name === 'revalidation') checked.revalidation = oneOf(name, ['grace', 'strict'], value)
    else if (name === 'outage') checked.outage = oneOf(name, ['refuse', 'accept'], value)
    else if (name === 'open' || name === 'altchaCode' || name === 'score') checked[name] = flag(name, value)
    else if (name === 'origins') checked.origins = origins(value)
    else if (name === 'dialects') checked.dialects = dialectNames(value)
    else if (name === 'work') checked.work = works(value)
    else if (name === 'altchaVersion') checked.altchaVersion = oneOf(name, [1, 2], value)
    else if (name === 'preset') checked.preset = oneOf(name, PRESETS, value)
    else if (name === 'ladder') checked.ladder = oneOf(name, LADDER_MODES, value)
    else if (name === 'allowances') checked.allowances = checkAllowances(value)
    else throw new CaptchaError('bad_request', `there is no setting ${JSON.stringify(name)}`)
  }
  return checked.preset === undefined ? checked : { ...PRESET_RUNGS[checked.preset], ...checked }
}

/**
 * Settings after a change at this time, in milliseconds since 1970. A shorter expiry is remembered for as
 * long as something that was issued under it could be answered under any longer one. Nodes whose clocks are
 * ahead, or that have not heard of the change, issue under it for a while.
 */
export function changedSettings(
  before: SiteSettings,
  change: Partial<SiteSettings>,
  now: number,
): SiteSettings {
  const { previousExpiries = [], ...settings } = { ...before, ...change }
  const time = Math.ceil(now / 1000)
  const previous = [...previousExpiries, { expiry: before.expiry, until: time + CLOCK_SKEW_SECONDS }].filter(
    ({ expiry, until }) => expiry < settings.expiry && time - until <= BOUNDS.expiry[1],
  )
  // Of two, the shorter one for all that was issued under both: nothing lives longer for it.
  while (previous.length > MAX_PREVIOUS) {
    const [first, second] = previous.splice(0, 2)
    previous.unshift({ expiry: first!.expiry, until: second!.until })
  }
  return previous.length > 0 ? { ...settings, previousExpiries: previous } : settings
}

function whole(name: keyof typeof BOUNDS, value: unknown): number {
  const [low, high] = BOUNDS[name]
  if (!Number.isInteger(value) || (value as number) < low || (value as number) > high) {
    throw wrong(name, `a whole number from ${low} to ${high}`)
  }
  return value as number
}

function oneOf<T extends string | number>(name: string, choices: readonly T[], value: unknown): T {
  const choice = choices.find(choice => choice === value)
  if (choice === undefined) throw wrong(name, choices.join(' or '))
  return choice
}

function flag(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw wrong(name, 'true or false')
  return value
}

/** Names of dialects, and of what asks for work in them. Which there are is for the dialects to say. */
const DIALECT_NAME = /^[a-z0-9-]{1,32}$/
/** Most names in a setting. */
const MAX_NAMES = 32

function dialectNames(value: unknown): SiteSettings['dialects'] {
  if (value === 'all') return value
  const names = Array.isArray(value) ? [...new Set(value)] : []
  if (names.length < 1 || names.length > MAX_NAMES || !names.every(isDialectName)) {
    throw wrong('dialects', 'all, or a list of names of dialects')
  }
  return names
}

const isDialectName = (name: unknown): name is string => typeof name === 'string' && DIALECT_NAME.test(name)

function works(value: unknown): SiteSettings['work'] {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : undefined
  if (!entries || entries.length > MAX_NAMES || !entries.every(([name]) => isDialectName(name))) {
    throw wrong('work', 'styles and levels by the name of a dialect')
  }
  return Object.fromEntries(entries.map(([name, one]) => [name, workOf(one)]))
}

function workOf(value: unknown): SiteWork {
  const { style: name, level } = { ...(value as Partial<SiteWork> | null) }
  const style = typeof name === 'string' ? workStyleNamed(name) : undefined
  if (!style) throw wrong('work', `one of ${workStyles.map(style => style.name).join(', ')}`)
  const [low, high] = style.settings.levels
  if (!Number.isInteger(level) || (level as number) < low || (level as number) > high) {
    throw wrong('work', `a whole level from ${low} to ${high} for ${style.name}`)
  }
  return { style: style.name, level: level as number }
}

function origins(value: unknown): string[] {
  if (!Array.isArray(value) || value.length > 100) throw wrong('origins', 'a list of at most 100 origins')
  return [...new Set(value.map(origin))]
}

/** Hosts as browsers write them. Others, such as `*.example.org`, are URLs but no page has them. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/

/**
 * `*`, `null` for opaque origins, or an origin as browsers write it: `HTTPS://Example.org:443/` becomes
 * `https://example.org`.
 */
function origin(value: unknown): string {
  if (value === '*' || value === 'null') return value
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  const bare = url && !url.username && !url.password && !url.search && !url.hash && url.pathname === '/'
  if (!bare || !/^https?:$/.test(url.protocol) || !HOST.test(url.hostname)) {
    throw wrong(
      'origins',
      `*, null or whole origins such as https://example.org, not ${JSON.stringify(value)}`,
    )
  }
  return url.origin
}
