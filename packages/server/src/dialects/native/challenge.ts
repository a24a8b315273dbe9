import {
  DISTORTIONS,
  expiryOf,
  LANGUAGES,
  type Language,
  languageOf,
  nativeWork,
  styleNamed,
  type Ticket,
} from '@upright/core'
import type { Step } from '../../policy/ladder/ladder.ts'
import type { Site } from '../../registry/registry.ts'
import type { DialectContext } from '../dialect.ts'
import { distortionOf, toleranceOf } from '../strictness.ts'
import { rungOf } from './rungs.ts'
import type { NativeChallenge, NativeKind, PlainChallenge } from './wire.ts'

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

/** What the page of a ticket asked for, for another one. `lang` is a tag. */
export const askedAgain = (
  { hostname, action, cdata, dialect }: Ticket,
  lang: string,
): Omit<Asked, 'kinds'> => ({ hostname, action, cdata, dialect, language: spokenLanguage(lang) })

/** Issues challenges to visitors at an address; without one, to the site's own back end. Stores nothing. */
export interface Issuer {
  challenge(site: Site, address: string | undefined, asked: Asked): Promise<NativeChallenge>
  /** A challenge without work, for a page without scripts. */
  plain(site: Site, address: string | undefined, asked: Omit<Asked, 'kinds'>): PlainChallenge
}

export function createIssuer({
  captcha,
  tickets,
  pictures,
  ladder,
  now,
}: Pick<DialectContext, 'captcha' | 'tickets' | 'pictures' | 'ladder' | 'now'>): Issuer {
  const idOf = (site: Site, kind: Exclude<NativeKind, 'work'>, language: Language, level: number) =>
    captcha.issue(site.id, styleNamed(PEOPLE_STYLES[kind](language))!, level)

  /** Seals what is asked, and says which of it is offered. */
  const sealed = (
    site: Site,
    { hostname, action, cdata, dialect, language }: Omit<Asked, 'kinds'>,
    decision: Step,
    ids: Map<string, string>,
  ): PlainChallenge => {
    const { rung, reasons } = decision
    const asked = rungOf(rung, site.settings)
    const kinds = NATIVE_KINDS.filter(kind => ids.has(kind) && (kind !== 'work' || asked.alone))
    const expiry = Math.min(asked.expiry, expiryOf(site.settings, Math.floor(now() / 1000)))
    return {
      ticket: tickets.issue({ site: site.id, expiry, dialect, hostname, action, cdata, rung, reasons, ids }),
      expires_in: expiry,
      kinds,
      ...(kinds.includes('speech') && { speech_language: language }),
    }
  }

  return {
    async challenge(site, address, { kinds, ...rest }) {
      const decision = ladder.decide(site, address)
      const asked = rungOf(decision.rung, site.settings)
      const beside = { rung: decision.rung, worked: true }
      const levels = {
        text: distortionOf({ ...beside, guessed: ladder.guessed(site, 'text') }),
        speech: 0,
        rotate: toleranceOf({ ...beside, guessed: ladder.guessed(site, 'rotate') }, site.settings),
      }
      const workId = captcha.issue(site.id, asked.work.style, asked.work.level)
      const ids = new Map([['work', workId]])
      // Where work is not enough, the route that needs no eyes is always offered, whatever a page leaves out.
      const offered = PEOPLE_KINDS.filter(kind => kinds.includes(kind) || (kind === 'speech' && !asked.alone))
      for (const kind of asked.people ? offered : []) {
        const id = idOf(site, kind, rest.language, levels[kind])
        // A library without pictures has no discs.
        if (kind !== 'rotate' || (await pictures.of(id))) ids.set(kind, id)
      }
      const { answer, level } = captcha.open(workId)!
      const drawn = { settings: asked.work.style.settings, answer, level }
      return {
        ...sealed(site, rest, decision, ids),
        work: nativeWork(drawn),
        limit_beside: nativeWork(drawn, { beside: true }).limit,
      }
    },

    plain(site, address, asked) {
      const ids = new Map([
        // It has no work beside it that would let it be easier.
        ['text', idOf(site, 'text', asked.language, DISTORTIONS.standard)],
        ['speech', idOf(site, 'speech', asked.language, 0)],
      ])
      return sealed(site, asked, ladder.decide(site, address), ids)
    },
  }
}
