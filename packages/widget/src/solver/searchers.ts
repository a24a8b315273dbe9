import type { Kernel } from './kernel.ts'
import { pbkdf2Search, subtleSearch } from './pbkdf2.ts'
import { plainKernel } from './plain-kernel.ts'
import { type Mixer, scryptSearch } from './scrypt.ts'
import { sha256Search } from './sha256.ts'
import type { Path, Searcher, Task } from './task.ts'

/** What is made with SIMD where it may run, and in plain JavaScript elsewhere. */
export function withSimd<Made>(simd: () => Made, plain: () => Made): { made: Made; path: Path } {
  try {
    return { made: simd(), path: 'simd' }
  } catch {
    // A policy of the worker forbids WebAssembly, or the browser has no SIMD.
    return { made: plain(), path: 'plain' }
  }
}

/** Searches with SHA-256 and PBKDF2. */
export function hashSearcher(task: Task, kernel: Kernel, path: Path): Searcher {
  const { puzzles, cost, salt, decimal } = task
  if (task.function === 'sha256') {
    return {
      path,
      search: (index, start, stride) =>
        sha256Search(kernel, puzzles[index]!, { rounds: cost, decimal, start, stride }),
    }
  }
  // What browsers have of their own is faster than our SIMD, too. Over plain http they have none.
  const subtle = crypto.subtle !== undefined
  return {
    path: subtle ? 'subtle' : path,
    search(index, start, stride) {
      const options = { salt, iterations: cost, start, stride }
      return subtle ? subtleSearch(puzzles[index]!, options) : pbkdf2Search(kernel, puzzles[index]!, options)
    },
  }
}

/** Searches with scrypt. */
export function scryptSearcher({ puzzles, salt, cost, memory }: Task, mixer: Mixer, path: Path): Searcher {
  const kernel = plainKernel()
  return {
    path,
    search: (index, start, stride) =>
      scryptSearch(kernel, mixer, puzzles[index]!, { salt, cost, memory, start, stride }),
  }
}
