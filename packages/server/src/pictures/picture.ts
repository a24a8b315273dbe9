import type { Rendition, Rules } from '@upright/core'
import { EASY } from './ease.ts'

/** What an animal waits for, as RoCAPTCHA names it. */
export const STATUSES = ['NONE', 'FOUND', 'LOST', 'ADOPTION'] as const
export type AnimalStatus = (typeof STATUSES)[number]

/**
 * What a picture is there for: `serving` ones are judged by, `candidate`s are shown beside them until people agree on them, and
 * those set `aside` are shown no more.
 */
export const STATES = ['serving', 'candidate', 'aside'] as const
export type PictureState = (typeof STATES)[number]

/** What is known of an animal and its picture. Texts may be empty, but for the name. */
export interface PictureFacts {
  name: string
  species: string
  status: AnimalStatus
  shelter: string
  city: string
  /** The animal's own page, `https:` or `http:`, or empty. */
  link: string
  /** Who made the picture, under which licence, and where it is from. */
  credit: string
  licence: string
  source: string
}

/** A picture of the registry. */
export interface PictureEntry extends PictureFacts {
  /** 1 … 2³¹ − 1; never used again for another picture. */
  id: number
  state: PictureState
  /** Degrees by which people find it leaning clockwise; it is turned back by as many. */
  lean: number
  /** How plainly a machine sees what is up, 0 … 1. */
  ease: number
  /** How often it is chosen, beside others of weight 1. */
  weight: number
  /** When it was set aside because people disagree on it, in milliseconds since 1970; 0 where it was not, or somebody has decided since. */
  doubted: number
  /** 16 hexadecimal digits: pictures that look alike differ in few of their bits. */
  fingerprint: string
  /** Milliseconds since 1970. */
  created: number
}

const dateOf = (time: number) => new Date(time).toISOString()

/** An entry as operators are shown it. */
export const shown = ({ created, doubted, ...entry }: PictureEntry) => ({
  ...entry,
  easy: entry.ease >= EASY,
  doubted: doubted === 0 ? null : dateOf(doubted),
  created: dateOf(created),
})

/** The pictures that challenges show. */
export interface Pictures {
  /** The picture of a challenge, chosen by its id; undefined while there is none at all. */
  of(id: string): Promise<PictureEntry | undefined>
  /**
   * A challenge's disc: the same id, the same bytes, as long as the library is the same.
   * @throws CaptchaError `unknown_challenge`, `no_pictures`
   */
  show(id: string, site: number, rules: Rules): Promise<Rendition>
  /** Counts the response, whole degrees, that a challenge was spent by: right or wrong, but once only. */
  answered(id: string, response: number): Promise<void>
}
