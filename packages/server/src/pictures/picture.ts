import type { CaptchaSite, Rendition } from '@upright/core'
import type { PictureEntry } from '../registry/picture.ts'
import { EASY } from './machine-ease.ts'

const dateOf = (time: number) => new Date(time).toISOString()

/** An entry as operators are shown it. */
export const shown = ({ created, doubted, ...entry }: PictureEntry) => ({
  ...entry,
  easy: entry.machineEase >= EASY,
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
  show(site: CaptchaSite, id: string): Promise<Rendition>
  /** Counts the response, whole degrees, that a challenge was spent by: right or wrong, but once only. */
  answered(id: string, response: number): Promise<void>
}
