import type { Subject } from '@upright/core'

/** Status of an animal, as RoCAPTCHA names it. */
export const STATUSES = ['NONE', 'FOUND', 'LOST', 'ADOPTION'] as const
export type AnimalStatus = (typeof STATUSES)[number]

/**
 * What a picture is there for: `serving` ones are judged by, `candidate`s are shown beside them until people
 * agree on them, and those set `aside` are shown no more.
 */
export const STATES = ['serving', 'candidate', 'aside'] as const
export type PictureState = (typeof STATES)[number]

/** Fields of an animal and its picture. Texts may be empty, but for the name. */
export interface PictureFacts {
  name: string
  species: string
  status: AnimalStatus
  shelter: string
  city: string
  /** The animal's own page, `https:` or `http:`, or empty. */
  link: string
  /** Author, licence and source of the picture. */
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
  /** Machine ease: the chance of a simple machine to see what is up, 0 … 1. */
  machineEase: number
  /** The box around the animal, which every disc shows; null where it was not looked for yet. */
  subject: Subject | null
  /** Weight of its choice, relative to others of weight 1. */
  weight: number
  /**
   * When it was set aside because people disagree on it, in milliseconds since 1970; 0 where it was not, or
   * somebody has decided since.
   */
  doubted: number
  /** 16 hexadecimal digits: pictures that look alike differ in few of their bits. */
  fingerprint: string
  /** Milliseconds since 1970. */
  created: number
}

/**
 * Degrees of a bin. Half of what people spread by or less, so that means are as good as those of single
 * degrees.
 */
export const BIN_DEGREES = 5
/** Bins of a whole turn. */
export const BINS = 360 / BIN_DEGREES

/** Usage statistics of a picture. */
export interface PictureUse {
  /** Number of discs drawn from it. */
  shown: number
  /** Histogram of its answers: the lean that they imply, by `binOf`. */
  answers: readonly number[]
}

/** Judgement of a served picture. */
export interface PictureVerdict {
  id: number
  /** Degrees clockwise, as of the entry. */
  lean: number
  /** Weight of its choice, relative to others. */
  weight: number
  /** Why it is set aside, if it is. */
  aside?: string
}
