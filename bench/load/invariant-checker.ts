import type { Answer } from './client.ts'

/** The answer that a site's back end gets about a code. */
export type Word = 'true' | 'false'

/** Checks the invariants of all answers about each challenge, from whichever node, and records violations. */
export interface InvariantChecker {
  /** Records an answer about a right code. Whether it passed for the first time. */
  right(uuid: string, code: string, word: Word): boolean
  /** Records an answer about a wrong code. */
  wrong(word: Word): void
  reportViolation(what: string): void
  /** Violations and their number. */
  violations: ReadonlyMap<string, number>
  /** Every challenge whose right code was sent. */
  pairs(): { uuid: string; code: string }[]
}

/** A checker; a challenge may pass so many times. */
export function createInvariantChecker(allowed = 1): InvariantChecker {
  const known = new Map<string, { code: string; passes: number }>()
  const violations = new Map<string, number>()
  const reportViolation = (what: string) => void violations.set(what, (violations.get(what) ?? 0) + 1)
  return {
    right(uuid, code, word) {
      const pair = known.get(uuid) ?? { code, passes: 0 }
      known.set(uuid, pair)
      if (word === 'false') return false
      pair.passes++
      if (pair.passes > allowed) reportViolation(`a challenge was accepted ${pair.passes} times`)
      return pair.passes === 1
    },
    wrong(word) {
      if (word === 'true') reportViolation('a wrong code was accepted')
    },
    reportViolation,
    violations,
    pairs: () => [...known].map(([uuid, { code }]) => ({ uuid, code })),
  }
}

/**
 * The word of a validation; undefined when it was not said in the dialect's way, which knows nothing but 200
 * here.
 */
export function wordOf({ status, body }: Answer): Word | undefined {
  const text = body.toString()
  return status === 200 && (text === 'true' || text === 'false') ? text : undefined
}

/**
 * The challenge of a picture that was shown; an error in the dialect's words; undefined for what is neither.
 */
export function challengeOf({ status, body }: Answer): { uuid: string } | { refused: number } | undefined {
  try {
    const told = JSON.parse(body.toString())
    if (status === 200 && String(told.imageb64).startsWith('data:image/png;base64,'))
      return { uuid: told.uuid }
    const spring = ['timestamp', 'status', 'error', 'path'].every(name => name in told)
    return status >= 400 && spring && told.status === status ? { refused: status } : undefined
  } catch {
    return undefined
  }
}
