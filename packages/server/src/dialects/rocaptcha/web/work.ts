/** Solves the work that `/api/generate/` asks for. The widget's script loads it when it is needed first. */
import { solve } from '../../../../../widget/src/solver/solve.ts'
import type { OfferedWork, Solution } from '../wire.ts'

/** Milliseconds after which a device is too slow: its visitors are asked as those of other clients are. */
const BUDGET_MS = 20_000

/**
 * What to ask with when the work is done; nothing where the device is too slow. `root` is the address of the
 * API, which ends in `/api/`. Rejects when `signal` is aborted, and where a browser can solve nothing.
 */
export async function solution(
  work: OfferedWork,
  root: string,
  signal: AbortSignal,
): Promise<Partial<Solution>> {
  const base = root.replace(/\/api\/$/, '')
  const outcome = await solve(work, { base, signal, budgetMs: BUDGET_MS })
  if (outcome.status === 'solved') return { work: work.id, solution: outcome.solutions.join() }
  outcome.stop()
  return {}
}
