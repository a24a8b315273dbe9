import type { Board } from '../../ledgers/board.ts'
import type { Report } from './ladder.ts'
import type { Exchange } from './sharing.ts'
import { COUNTS, countsOf } from './site-state.ts'

/** Exchanges for which a site that has not changed is still written. */
const REPEATED = 60

/**
 * The exchange of nodes through a board. Each writes what it has counted in all since it started, so that a
 * text that is written twice, or lost, changes nothing: what others add is how far their sums have grown.
 */
export function createBoardExchange(board: Board, name: string): Exchange {
  /** Own sums, and how many exchanges they have been the same for. */
  let sums = new Map<number, Report & { same: number }>()
  /** Sums of each node when it was last read; undefined before the first exchange, and after a failed one. */
  let known: Map<string, Map<number, Report>> | undefined

  return {
    async exchange(own) {
      const next = new Map(sums)
      for (const report of own) {
        const { site } = report
        const sum = next.get(site)
        next.set(site, { site, ...countsOf(name => (sum?.[name] ?? 0) + report[name]), same: 0 })
      }
      const told = [...next.values()].filter(sum => sum.same++ < REPEATED)
      const before = known
      // While the board is away, each node takes the others to count what it does itself. What they have
      // counted meanwhile is neither told nor heard after that: it would count twice, and all at once.
      known = undefined
      const texts = await board.write(name, JSON.stringify(told.map(valuesOf)))
      sums = next
      known = before ?? new Map<string, Map<number, Report>>()
      const others: Report[] = []
      for (const [node, text] of texts) {
        if (node === name) continue
        const seen = known.get(node) ?? new Map<number, Report>()
        known.set(node, seen)
        for (const sum of reportsIn(text)) {
          const last = seen.get(sum.site)
          seen.set(sum.site, sum)
          // What others have counted before this node came is in what it read at its start.
          if (before) others.push(grown(sum, last))
        }
      }
      for (const node of known.keys()) if (!texts.has(node)) known.delete(node)
      return { others: others.filter(isSome), processes: texts.size }
    },
  }
}

const valuesOf = (report: Report) => [report.site, ...COUNTS.map(name => report[name])]

/** The reports in a node's text; none where it is no list of them. Other versions may count more, or less. */
function reportsIn(text: string): Report[] {
  const rows: unknown = JSON.parse(text)
  if (!Array.isArray(rows)) return []
  return rows
    .filter((row): row is number[] => Array.isArray(row) && row.length >= 5 && row.every(Number.isFinite))
    .map(([site, ...counts]) => ({ site: site!, ...countsOf((_, place) => counts[place] ?? 0) }))
}

const grown = (sum: Report, last: Report | undefined): Report => ({
  site: sum.site,
  ...countsOf(name => Math.max(0, sum[name] - (last?.[name] ?? 0))),
})

const isSome = (report: Report) => COUNTS.some(name => report[name] > 0)
