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

/** `POST /api/verify/` */
export interface VerifyAnswer extends StatusAnswer {
  /** A few words, where the visitor passed and a language was given. Text, no HTML. */
  content?: string
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
