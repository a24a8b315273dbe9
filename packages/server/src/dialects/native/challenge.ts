import {
  CaptchaError,
  expiryOf,
  LANGUAGES,
  type Language,
  languageOf,
  nativeWork,
  styleNamed,
} from '@upright/core'
import type { Site } from '../../registry/registry.ts'
import type { DialectContext } from '../dialect.ts'
import { rungOf } from './rungs.ts'
import type { NativeChallenge, NativeKind } from './wire.ts'

/** What a page says of itself when it asks for a challenge. */
export interface Asked {
  hostname: string
  action: string
  cdata: string
  /** Kinds that the client can show. */
  kinds: readonly NativeKind[]
  /** Language of what is to be heard. */
  language: Language
  /** Dialect in which the pass will be redeemed. */
  dialect: string
}

/** Kinds with something for a visitor to do, and the names of their styles. */
const PEOPLE_STYLES: Readonly<Record<Exclude<NativeKind, 'work'>, (language: Language) => string>> = {
  text: () => 'read',
  speech: language => `hear${language.toUpperCase()}`,
  rotate: () => 'turn',
}
export const PEOPLE_KINDS = Object.keys(PEOPLE_STYLES) as Exclude<NativeKind, 'work'>[]
export const NATIVE_KINDS: readonly NativeKind[] = ['work', ...PEOPLE_KINDS]

/** The language of a tag that voices have; English for others, whose digits most people know. */
export const spokenLanguage = (tag: string): Language => languageOf(tag, LANGUAGES) ?? 'en'

/** Issues challenges to visitors at an address. Nothing is stored. */
export type Issue = (site: Site, address: string, asked: Asked) => Promise<NativeChallenge>

export function createIssue({
  captcha,
  tickets,
  pictures,
  ladder,
  now,
}: Pick<DialectContext, 'captcha' | 'tickets' | 'pictures' | 'ladder' | 'now'>): Issue {
  return async (site, address, { hostname, action, cdata, kinds, language, dialect }) => {
    const { rung, reasons } = ladder.decide(site, address)
    const asked = rungOf(rung, site.settings)
    const levels = { text: asked.distortion, speech: 0, rotate: asked.tolerance }
    const ids = new Map<string, string>()
    const workId = captcha.issue(site.id, asked.work.style, asked.work.level)
    ids.set('work', workId)
    for (const kind of asked.people ? PEOPLE_KINDS.filter(kind => kinds.includes(kind)) : []) {
      const id = captcha.issue(site.id, styleNamed(PEOPLE_STYLES[kind](language))!, levels[kind])
      // A library without pictures has no discs.
      if (kind !== 'rotate' || (await pictures.of(id))) ids.set(kind, id)
    }
    const offered = NATIVE_KINDS.filter(kind => (kind === 'work' ? asked.alone : ids.has(kind)))
    if (offered.length === 0) throw new CaptchaError('form_unavailable', 'no kind that the client can show')
    const seconds = Math.floor(now() / 1000)
    const expiry = Math.min(asked.expiry, expiryOf(site.settings, seconds))
    const { answer, level } = captcha.open(workId)!
    const drawn = { settings: asked.work.style.settings, answer, level }
    return {
      ticket: tickets.issue({ site: site.id, expiry, dialect, hostname, action, cdata, rung, reasons, ids }),
      expires_in: expiry,
      kinds: offered,
      ...(offered.includes('speech') && { speech_language: language }),
      work: nativeWork(drawn),
      limit_beside: nativeWork(drawn, { beside: true }).limit,
    }
  }
}
