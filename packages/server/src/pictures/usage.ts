import { BINS, type PictureUse } from '../registry/picture.ts'
import type { Registry } from '../registry/registry.ts'
import { judge } from './judge.ts'
import { binOf } from './tally.ts'

/** Milliseconds between two judgements of the library, in all processes together. */
const JUDGEMENT_INTERVAL_MS = 3_600_000
/** Pictures whose use is written down at once. */
const FLUSH_BATCH = 100

/** Options of the picture counter. */
export interface UsageOptions {
  registry: Pick<Registry, 'pictures' | 'addPictureUse' | 'pictureUses' | 'judgePictures' | 'acquireLease'>
  /** Logs a warning. */
  warn: (line: string) => void
}

/**
 * Counts how pictures are used: in memory, so that no request waits for it. Of visitors nothing is known or
 * kept.
 */
export interface PictureCounter {
  /** A disc of the picture was drawn. */
  shown(id: number): void
  /** Somebody found the picture, as it is stored, leaning clockwise by so many degrees. */
  answered(id: number, lean: number): void
  /**
   * Adds what was counted to the registry. Where that fails it is kept for the next time, and the operator is
   * told once. Never rejects.
   */
  flush(): Promise<void>
  /** `flush`, and a judgement of the library where one is due. Never rejects. */
  flushAndJudge(): Promise<void>
}

/** A counter of this process. */
export function createCounter({ registry, warn }: UsageOptions): PictureCounter {
  const counts = new Map<number, Count>()
  let failing = false
  /** The write or judgement in progress: one after the other. */
  let work: Promise<void> = Promise.resolve()

  const countOf = (id: number) => {
    const count = counts.get(id) ?? { shown: 0, answers: Array<number>(BINS).fill(0) }
    counts.set(id, count)
    return count
  }

  const write = async () => {
    while (counts.size > 0) {
      const written = new Map([...counts].slice(0, FLUSH_BATCH))
      for (const id of written.keys()) counts.delete(id)
      try {
        await registry.addPictureUse(written)
      } catch (error) {
        for (const [id, { shown, answers }] of written) {
          const count = countOf(id)
          count.shown += shown
          answers.forEach((more, bin) => {
            count.answers[bin]! += more
          })
        }
        throw error
      }
    }
  }

  const decide = async () => {
    if (!(await registry.acquireLease('pictures judged', JUDGEMENT_INTERVAL_MS))) return
    const pictures = await registry.pictures()
    const verdicts = judge(pictures, await registry.pictureUses())
    await registry.judgePictures(verdicts)
    for (const { id, aside } of verdicts) {
      const name = pictures.find(picture => picture.id === id)?.name
      if (aside !== undefined) warn(`picture ${id} (${name}) is set aside: ${aside}`)
    }
  }

  const enqueue = (task: () => Promise<void>) => {
    work = work.then(task).then(
      () => {
        failing = false
      },
      error => {
        if (!failing) warn(`how pictures are used cannot be written down for now: ${reasonOf(error)}`)
        failing = true
      },
    )
    return work
  }

  return {
    shown(id) {
      countOf(id).shown++
    },
    answered(id, lean) {
      countOf(id).answers[binOf(lean)]!++
    },
    flush: () => enqueue(write),
    flushAndJudge: () => enqueue(() => write().then(decide)),
  }
}

interface Count extends PictureUse {
  answers: number[]
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
