import { CaptchaError, CLOCK_SKEW_SECONDS } from '@upright/core'
import type { SiteSettings } from './registry.ts'

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
    else if (name === 'open') checked.open = flag(value)
    else if (name === 'origins') checked.origins = origins(value)
    else throw new CaptchaError('bad_request', `there is no setting ${JSON.stringify(name)}`)
  }
  return checked
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

function oneOf<T extends string>(name: string, choices: readonly T[], value: unknown): T {
  const choice = choices.find(choice => choice === value)
  if (choice === undefined) throw wrong(name, choices.join(' or '))
  return choice
}

function flag(value: unknown): boolean {
  if (typeof value !== 'boolean') throw wrong('open', 'true or false')
  return value
}

function origins(value: unknown): string[] {
  if (!Array.isArray(value) || value.length > 100) throw wrong('origins', 'a list of at most 100 origins')
  return [...new Set(value.map(origin))]
}

/** `*`, or an origin as browsers write it: `HTTPS://Example.org:443/` becomes `https://example.org`. */
function origin(value: unknown): string {
  if (value === '*') return value
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  const bare = url && !url.username && !url.password && !url.search && !url.hash && url.pathname === '/'
  if (!bare || !/^https?:$/.test(url.protocol)) {
    throw wrong('origins', `* or origins such as https://example.org, not ${JSON.stringify(value)}`)
  }
  return url.origin
}
