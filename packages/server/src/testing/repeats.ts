import type { Repeat } from '../data-folder/repeat.ts'

/** Repetition in a test's hands: `pass` does once more whatever is repeated. */
export function repeats(): { repeat: Repeat; pass(): void; size(): number } {
  const due = new Set<() => unknown>()
  return {
    repeat: work => {
      due.add(work)
      return () => due.delete(work)
    },
    pass() {
      for (const work of due) work()
    },
    size: () => due.size,
  }
}
