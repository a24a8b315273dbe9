import type { Work } from '@upright/core'
import type { AnimalStatus, PictureFacts } from '../../registry/picture.ts'

/** Wire format, in RoCAPTCHA's spelling. */

export const STATUSES = [
  'OK',
  'ERROR',
  'PASSED',
  'FAILED',
  'BAD_PUBLIC_KEY',
  'BAD_PRIVATE_KEY',
  'TIMEOUT',
  'WRONG_RESPONSE',
  'WRONG_HASH',
  'WRONG_SESSION',
] as const

/** Fields of every answer. */
export interface StatusAnswer {
  status: (typeof STATUSES)[number]
}

/** `GET /api/form/` */
export interface FormAnswer extends StatusAnswer {
  /** HTML. */
  content: string
}

/** `GET /api/generate/` */
export interface ChallengeAnswer extends StatusAnswer {
  /** The hash. */
  content: string
  animal_status: AnimalStatus
  /** Path of the sound, where one was asked for. */
  sound?: string
}

/** Work for the browser, with the id by which its solution is sent. */
export type OfferedWork = Work & { id: string }

/** Parameters of `GET /api/generate/`: `ask`, or work that was done. */
export interface Solution {
  /** The id of the work, or `ask` where the browser can do some. */
  work: string
  /** A counter for each puzzle, separated by commas. */
  solution?: string
}

/** `GET /api/generate/`, where there is no hash before this work is done, or the rate limit allows it. */
export interface WorkAnswer extends StatusAnswer {
  work: OfferedWork
}

/** `POST /api/verify/` */
export interface VerifyAnswer extends StatusAnswer {
  /**
   * The status once more where the visitor did not pass: clients keep `content` as the error. Absent on
   * success.
   */
  content?: StatusAnswer['status']
  /** A few words from the animal, where the visitor passed and a language was given. Text, no HTML. */
  thanks?: string
}

/**
 * What a page shows about an animal that was turned upright. Texts, no HTML; they may be empty, but for the
 * name.
 */
export type Animal = Pick<PictureFacts, 'name' | 'species' | 'status' | 'shelter' | 'city' | 'link'>

/** `GET /api/animal/<hash>/` */
export interface AnimalAnswer extends StatusAnswer {
  animal: Animal
}

/** Content of `RoCaptchaSettings`. */
export interface ScriptSettings {
  /** The public key, as the page wrote it. */
  key: string
  /** One of our languages. */
  lang: string
  /** What the page wants to be said, or empty. */
  error: string
  /** Seconds after which the site's challenges expire. */
  expiry: number
}
