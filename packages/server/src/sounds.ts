import { CaptchaError, type Rendition, type Rules } from '@upright/core'
import type { Question, Secrets } from './sound-worker.ts'
import { createThread } from './thread.ts'

/** Sounds of challenges, made in a thread of their own: one takes as long as a dozen pictures. */
export interface Sounds {
  /**
   * A challenge's sound: the same id and generation, the same bytes.
   * @throws CaptchaError `unknown_challenge`, `form_unavailable`, `asset_corrupt`; `unavailable` when too many wait
   */
  show(id: string, site: number, rules: Rules, time: number, generation?: number): Promise<Rendition>
  close(): Promise<void>
}

/** Sounds that may wait to be made: more would be stale, and would fill the memory, before their turn comes. */
const MOST_WAITING = 256

/** Sounds under a service's secrets. The thread starts with the first of them. */
export function createSounds(secrets: Secrets): Sounds {
  const thread = createThread<Question, Rendition>('sound-worker.js', secrets)

  return {
    async show(id, site, { expiry, previousExpiries, attempts, revalidation }, time, generation = 0) {
      if (thread.waiting() >= MOST_WAITING) throw new CaptchaError('unavailable')
      const rules = { expiry, previousExpiries, attempts, revalidation }
      return thread.ask({ id, site, rules, time, generation })
    },
    close: () => thread.close(),
  }
}
