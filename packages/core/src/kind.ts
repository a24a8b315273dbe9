import type { Font } from './font.ts'
import type { Stream } from './random.ts'
import type { Rules } from './rules.ts'

/** A rendered challenge: bytes and their media type. */
export interface Rendition {
  type: string
  bytes: Uint8Array
}

/** What a challenge is of. */
export interface Variant<Settings> {
  /** The kind's own part of a style. */
  settings: Settings
  /**
   * How much this one challenge asks for, 0 … 255 in units of the kind; undefined for styles numbered below
   * 64.
   */
  level: number | undefined
}

/** A challenge with its answer. */
export interface Drawn<Settings> extends Variant<Settings> {
  answer: string
}

/** The look of a season: all challenges of a site and style share it for some days. */
export interface Look {
  /** 64 hexadecimal digits that say which season it is. */
  season: string
  /**
   * Fonts of the operator's own, beside ours. A list is recognised as the same object, not by what it holds.
   */
  fonts: readonly Font[]
}

/** Makes a form of a challenge: from the same stream the same bytes. */
export type Render<Settings> = (drawn: Drawn<Settings>, stream: Stream, look: Look) => Rendition

/** A key that takes milliseconds to derive, as plain data: any thread can do it. */
export interface Derivation {
  function: 'pbkdf2' | 'scrypt'
  /** Iterations of `pbkdf2`, N of `scrypt`. */
  cost: number
  /** The hash of `pbkdf2`. @default 'sha256' */
  hash?: 'sha256' | 'sha384' | 'sha512'
  password: Uint8Array
  salt: Uint8Array
}

/** Derives a key of 32 bytes. Rejects when there is no memory for it. */
export type Derive = (derivation: Derivation) => Promise<Uint8Array>

/**
 * A check that is too expensive for the event loop: it runs once for an id, where there is a place for it.
 * Rejects when the derivation does. `derive` is Node's thread pool unless given.
 */
export type ExpensiveCheck = (derive?: Derive) => Promise<boolean>

/**
 * A kind of challenge: pure functions over settings of its own. `Form` names the ways in which one can be
 * presented, with the same answer each.
 *
 * A kind knows nothing of ids, time, sites or storage, and imports no other kind; everything random comes
 * from the stream it is given. To add one, write its folder with a `kind.ts` and give it a line in
 * `kinds.ts`.
 */
export interface Kind<Settings, Form extends string = never> {
  /** The secret answer of a new challenge. */
  draw(variant: Variant<Settings>, stream: Stream): string
  /** One renderer a form. */
  readonly forms: Readonly<Record<Form, Render<Settings>>>
  /**
   * Whether a response answers the challenge, as the site's rules have it; for a response that is well formed
   * but expensive to judge, the check. Never throws, whatever the visitor sent.
   */
  accepts(drawn: Drawn<Settings>, response: string, rules: Rules): boolean | ExpensiveCheck
  /**
   * Whether the first response decides, right or wrong, and a right one is never accepted again, whatever the
   * site's rules are: for what programs answer. @default false
   */
  readonly once?: boolean
}
