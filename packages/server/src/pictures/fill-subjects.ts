import { CaptchaError, type Subject } from '@upright/core'
import type { Registry, StarterPicture } from '../registry/registry.ts'
import { createThread } from '../threads/thread.ts'
import type { Description } from './codec.ts'
import type { PictureToDescribe } from './prepare-worker.ts'

/** What finding subjects needs. */
export interface FillOptions {
  registry: Pick<Registry, 'pictures' | 'pictureBytes' | 'fillSubject'>
  /** The pictures of the package, whose subjects are known. */
  starter: () => Promise<readonly StarterPicture[]>
  /** Takes a line for the operator. */
  warn: (line: string) => void
  /** Analyses a prepared picture. @default in a thread, so that the service goes on answering */
  describe?: ((bytes: Uint8Array) => Promise<Pick<Description, 'subject'>>) | undefined
}

/** Work that goes on beside the service. */
export interface FillingSubjects {
  /** Resolves when it has ended. Never rejects. */
  done: Promise<void>
  /** Ends it after the picture it is at. */
  stop(): Promise<void>
}

/**
 * Finds the subjects of pictures that were imported by a version that did not: until then discs show most of
 * their middles. Several processes may do so at once: they find the same.
 */
export function fillSubjects({ registry, starter, warn, describe }: FillOptions): FillingSubjects {
  let stopped = false
  const thread = createThread<PictureToDescribe, Description>('pictures/prepare-worker.js')
  const look = describe ?? (prepared => thread.ask({ prepared }))

  /** The subject of a picture. A damaged one must not keep the others from having theirs. */
  const subjectIn = async (id: number, bytes: Uint8Array) => {
    try {
      return (await look(bytes)).subject
    } catch (error) {
      if (!(error instanceof CaptchaError && error.code === 'bad_picture')) throw error
      warn(`picture ${id} is damaged: ${error.message}`)
      return undefined
    }
  }
  const fill = async () => {
    const left = (await registry.pictures()).filter(({ subject }) => subject === null)
    if (left.length === 0) return
    const known = new Map<string, Subject | undefined>()
    for (const { picture } of await starter()) known.set(picture.fingerprint, picture.subject)
    for (const { id, fingerprint } of left) {
      if (stopped) return
      const bytes = await registry.pictureBytes(id)
      const subject = known.get(fingerprint) ?? (bytes && (await subjectIn(id, bytes)))
      if (subject) await registry.fillSubject(id, subject)
    }
  }
  const done = fill()
    .catch(error => {
      if (!stopped) warn(`the subjects of older pictures could not be found: ${String(error)}`)
    })
    .finally(thread.close)

  return {
    done,
    async stop() {
      stopped = true
      await done
    },
  }
}
