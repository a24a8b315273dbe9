import { CaptchaError, type CaptchaSite, type Rendition, type Secrets } from '@upright/core'
import { createPseudonyms, prefixesOf } from '../policy/address.ts'
import { createFairQueue } from '../policy/fair-queue.ts'
import type { Question } from './sound-worker.ts'
import { createThread } from './thread.ts'

/** A sound that is asked for. */
export interface SoundRequest {
  site: CaptchaSite
  id: string
  /** Milliseconds since 1970. */
  time: number
  /** @default 0 */
  generation?: number
  /** The visitor's address; undefined where the site's own back end asks. */
  address?: string | undefined
}

/** Sounds of challenges, made in a thread of their own: one takes as long as a dozen pictures. */
export interface Sounds {
  /**
   * A challenge's sound: the same id and generation, the same bytes. Sites and the networks of their visitors
   * take turns.
   * @throws CaptchaError `unknown_challenge`, `form_unavailable`, `asset_corrupt`; `overloaded` when too many
   * wait; `unavailable`
   */
  show(request: SoundRequest): Promise<Rendition>
  close(): Promise<void>
}

/** Sounds in the thread: the one that it makes, and the next, so that it never waits for a question. */
const MAX_RUNNING = 2
/**
 * Sounds of one site that may wait: about a second's work. More would only come later than a visitor waits.
 */
const MAX_PER_SITE = 128
/** Sounds that may wait in all. */
const MAX_WAITING = 512

/** Sounds under a service's secrets. The thread starts with the first of them. */
export function createSounds(secrets: Secrets): Sounds {
  const thread = createThread<Question, Rendition>('threads/sound-worker.js', secrets)
  const queue = createFairQueue({
    maxRunning: MAX_RUNNING,
    maxPerSite: MAX_PER_SITE,
    maxWaiting: MAX_WAITING,
  })
  const pseudonyms = createPseudonyms(secrets.secret)

  return {
    show({ site, id, time, generation = 0, address }) {
      // The wider network: who floods has as many addresses of it as they like.
      const network =
        address === undefined ? '' : pseudonyms.of(site.id, prefixesOf(address).wide, pseudonyms.dayOf(time))
      const { expiry, previousExpiries, attempts, revalidation } = site.settings
      const settings = { expiry, previousExpiries, attempts, revalidation }
      const question = { site: { id: site.id, settings }, id, time, generation }
      return queue.run(site.id, network, () => thread.ask(question))
    },
    close() {
      queue.clear(new CaptchaError('unavailable'))
      return thread.close()
    },
  }
}
