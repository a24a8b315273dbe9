import { h } from '../../../../../widget/src/parts/dom.ts'
import type { OfferedWork, Solution, StatusAnswer } from '../wire.ts'

export interface Api {
  /** The address of a thing of the API. */
  address(path: string, query?: Record<string, string>): string
  /** The answer of the API. Rejects when it is unreachable. */
  ask<Answer extends StatusAnswer>(path: string, query?: Record<string, string>): Promise<Partial<Answer>>
  /**
   * Solves work, by a script that is loaded when it is needed first. What to ask with then: nothing where it
   * could not be solved, as clients ask that do no work.
   */
  solve(work: OfferedWork, signal: AbortSignal): Promise<Partial<Solution>>
}

/** Milliseconds after which a server that says nothing counts as out of reach. */
const TIMEOUT_MS = 15_000

/** The API whose root is at an address that ends in `/api/`. */
export function createApi(root: string): Api {
  /** Whether answers come as scripts, because this page may not ask for them otherwise. */
  let byScript = false

  const address: Api['address'] = (path, query) =>
    root + path + (query ? `?${new URLSearchParams(query)}` : '')
  return {
    address,
    async ask(path, query) {
      if (!byScript) {
        try {
          const signal = AbortSignal.timeout(TIMEOUT_MS)
          return await (await fetch(address(path, query), { cache: 'no-store', signal })).json()
        } catch (error) {
          // The one error that also stands for a policy that names this server for scripts alone.
          if (!(error instanceof TypeError) || root.startsWith(`${location.origin}/`)) throw error
        }
      }
      const answer = await askByScript(callback => address(path, { ...query, callback }))
      byScript = true
      return answer
    },
    solve: (work, signal) =>
      import(address('work/'))
        .then((part: typeof import('./work.ts')) => part.solution(work, root, signal))
        .catch(() => ({})),
  }
}

/** Lets a script element bring the answer, which needs no leave to read it. A policy may forbid it. */
async function askByScript<Answer>(address: (callback: string) => string): Promise<Answer> {
  // A site may serve the pages that it lists alone: without `Origin`, this is how it knows them.
  const script = h('script', { referrerpolicy: 'origin' })
  const answers = window as unknown as Record<string, unknown>
  const name = `RoCaptcha${Math.random().toString(36).slice(2)}`
  try {
    return await new Promise((done, fail) => {
      answers[name] = done
      script.onerror = fail
      setTimeout(fail, TIMEOUT_MS)
      script.src = address(name)
      document.head.append(script)
    })
  } finally {
    script.remove()
    // One that comes late finds somebody at home.
    answers[name] = () => {}
  }
}
