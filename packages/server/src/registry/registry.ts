import type { Subject } from '@upright/core'
import type { EpochNote } from '../ledgers/epoch.ts'
import type { StoredSite } from '../policy/ladder/site-state.ts'
import type { PictureEntry, PictureFacts, PictureState, PictureUse, PictureVerdict } from './picture.ts'
import type { SiteSettings } from './settings.ts'

/** A tenant. Its secret is known only as a hash, its key for plug-ins only sealed. */
export interface Site {
  /** 1 … 2²⁴ − 1; sealed into ids, never used again for another site. */
  id: number
  name: string
  /** 30 lower-case hexadecimal characters. */
  publicKey: string
  /** SHA-256 of the secret, 64 hexadecimal characters. */
  secretHash: string
  settings: SiteSettings
  /** Milliseconds since 1970. */
  created: number
  /** The key that its plug-ins of ALTCHA share, sealed as in `altcha-key.ts`; null while it has none. */
  altchaKey: string | null
}

/** A site together with its secret: only at the moment the secret is made. */
export interface SiteWithSecret {
  site: Site
  secret: string
}

/** Fields of a picture that can be changed. */
export type PictureChange = Partial<
  PictureFacts & Pick<PictureEntry, 'state' | 'lean' | 'machineEase'> & { subject: Subject }
>

/** A picture that is to be added. */
export interface NewPicture extends PictureFacts {
  /** @default 'serving' */
  state?: PictureState | undefined
  /** Degrees by which it is known to lean clockwise, −180 … 180. @default 0 */
  lean?: number | undefined
  /** Machine ease: the chance of a simple machine to see what is up, 0 … 1. @default 0 */
  machineEase?: number | undefined
  /** The box around the animal. @default it is looked for at the next start */
  subject?: Subject | undefined
  /** 16 hexadecimal digits, as the codec makes them. */
  fingerprint: string
}

/** A picture that comes with the package. */
export interface StarterPicture {
  /** The name of its file, which identifies it. */
  file: string
  picture: NewPicture
  bytes: Uint8Array
}

/** The pictures of the animals. They belong to all sites. */
export interface PictureRegistry {
  /** Every picture, in the order of their numbers. The list is shared: callers must not change it. */
  pictures(): Promise<readonly PictureEntry[]>
  /**
   * The prepared file of a picture, WebP, or undefined. It never changes: another file is another picture.
   */
  pictureBytes(id: number): Promise<Buffer | undefined>
  /** @throws CaptchaError `bad_request`, naming the fact and what it must be */
  addPicture(picture: NewPicture, bytes: Uint8Array): Promise<PictureEntry>
  /**
   * Adds the starter pictures, once in the life of a registry: never again, also not when they were removed.
   * `load` is called only where they are missing; what it throws is thrown, and where it has none nothing is
   * remembered. Gives how many were added.
   */
  addStarter(load: () => Promise<readonly StarterPicture[]>): Promise<number>
  /**
   * Changes what is given and leaves the rest. With another state its use is forgotten, so that nothing of
   * the past speaks against what was decided. @throws CaptchaError `picture_unknown`, `bad_request`
   */
  setPicture(id: number, change: PictureChange): Promise<PictureEntry>
  /**
   * Notes the subject of a picture that has none: what an operator has set stays. Does nothing for a picture
   * that was removed.
   */
  fillSubject(id: number, subject: Subject): Promise<void>
  /** @throws CaptchaError `picture_unknown` */
  removePicture(id: number): Promise<void>
  /**
   * Adds to how pictures were used, 100 at the most, at once or not at all; those that are gone are passed
   * over.
   */
  addPictureUse(uses: ReadonlyMap<number, PictureUse>): Promise<void>
  /** How pictures were used, as far as they were, by number: the sum of what all processes have added. */
  pictureUses(): Promise<Map<number, PictureUse>>
  /** Carries verdicts out, but for pictures that do not serve any more. */
  judgePictures(verdicts: readonly PictureVerdict[]): Promise<void>
  /**
   * Whether it is this caller who may do something now that is done once in so many milliseconds, in all
   * processes together.
   */
  acquireLease(what: string, every: number): Promise<boolean>
}

/** Somebody who may change what the service shows. The token is known only as a hash. */
export interface Operator {
  /** 1 … 2³¹ − 1; never used again for another operator. */
  id: number
  name: string
  /** Milliseconds since 1970. */
  created: number
}

/** An operator together with their token: only at the moment the token is made. */
export interface OperatorWithToken {
  operator: Operator
  /** 64 hexadecimal characters. */
  token: string
}

/** An operator, who may call `/admin/api`. */
export interface OperatorRegistry {
  /** Every operator, in the order of their numbers. */
  operators(): Promise<Operator[]>
  /** The operator a token belongs to: the token is hashed before anything is compared. */
  operatorByToken(token: string): Promise<Operator | undefined>
  /** @throws CaptchaError `bad_request` when it is no name */
  addOperator(name: string): Promise<OperatorWithToken>
  /** The operator's token stops working at once, in every process. @throws CaptchaError `operator_unknown` */
  removeOperator(id: number): Promise<void>
}

/** A font that is to be added. */
export interface NewFont {
  name: string
  /** Under which licence its outlines may be used, and whose they are. */
  licence: string
  credit: string
  /** Characters that it draws too much like others. */
  leftOut: string
  /** Its outlines, as core's `readFonts` reads them. */
  asset: Uint8Array
}

/** A font of the operator's own. */
export interface FontEntry extends NewFont {
  /** 1 … 2³¹ − 1; never used again for another font. */
  id: number
  /** Milliseconds since 1970. */
  created: number
}

/** The fonts that codes are drawn in beside ours. They belong to all sites. */
export interface FontRegistry {
  /** Every font, in the order of their numbers. */
  fonts(): Promise<FontEntry[]>
  /**
   * @throws CaptchaError `bad_request`, naming what is wrong; `bad_font` when its outlines are there already
   */
  addFont(font: NewFont): Promise<FontEntry>
  /** Gives what was removed. @throws CaptchaError `font_unknown` */
  removeFont(id: number): Promise<FontEntry>
}

/**
 * What is remembered of the ledger, so that a start after it was emptied or put back from a copy notices
 * that.
 */
export interface LedgerNotes {
  ledgerNotes(): Promise<EpochNote[]>
  /** Of one epoch the note that is furthest stays. */
  noteLedger(notes: readonly EpochNote[]): Promise<void>
}

/** What the ladder knows of sites, so that it goes on after a start. */
export interface LadderStates {
  /** The states of sites, by their numbers. */
  ladderStates(): Promise<Map<number, StoredSite>>
  /** Stores states; of one site the one that was written last stays. Those of removed sites are dropped. */
  storeLadder(states: ReadonlyMap<number, StoredSite>): Promise<void>
}

/**
 * The registry of sites, pictures, operators and fonts. Every implementation passes the contract suite in
 * `testing/`.
 */
export interface Registry extends PictureRegistry, OperatorRegistry, FontRegistry, LedgerNotes, LadderStates {
  /** The site of a number, or undefined. */
  site(id: number): Promise<Site | undefined>
  siteByPublicKey(publicKey: string): Promise<Site | undefined>
  /** The site a secret belongs to: the secret is hashed before anything is compared. */
  siteBySecret(secret: string): Promise<Site | undefined>
  /**
   * Every site, in the order of their numbers, or the first so many. The list of all is shared: those who
   * asked for it must not change it, and it is another one after every change.
   */
  sites(most?: number): Promise<readonly Site[]>
  addSite(name: string, settings?: Partial<SiteSettings>): Promise<SiteWithSecret>
  /**
   * The site to try things with, once in the life of a registry; undefined ever after, also when it was
   * removed.
   */
  addDemo(): Promise<SiteWithSecret | undefined>
  /** Changes what is given and leaves the rest. @throws CaptchaError `site_unknown` */
  setSite(id: number, change: { name?: string; settings?: Partial<SiteSettings> }): Promise<Site>
  /**
   * Gives a site a new secret; the old one, and every access token made with it, stops working.
   * @throws CaptchaError `site_unknown`
   */
  rotateSecret(id: number): Promise<SiteWithSecret>
  /**
   * Gives a site a sealed key in place of the one that was read `before`. When it has another one by now,
   * that one stays. Gives the site as it is then. @throws CaptchaError `site_unknown`
   */
  setAltchaKey(id: number, before: string | null, key: string): Promise<Site>
  /** @throws CaptchaError `site_unknown` */
  removeSite(id: number): Promise<void>
  /** Resolves when the registry can answer; rejects with the reason when it cannot. */
  ping(): Promise<void>
  close(): Promise<void>
}
