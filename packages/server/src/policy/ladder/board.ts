import type { Board } from '../../ledgers/board.ts'
import type { Report } from './ladder.ts'
import type { Exchange } from './sharing.ts'
import { COUNTS, countsOf } from './site-state.ts'

/** Exchanges for which a sum that has not changed is still written. */
const REPEATED = 60

/** What a node has counted at a site, and for how many exchanges it has been the same. */
type Sum = Report & { same: number }

/**
 * The exchange of nodes through a board. Each writes what it has counted since it began to, so that a text
 * that is written twice, or lost, changes nothing: what others add is how far the sums have grown. A sum
 * begins at zero again after it was left out, and after the board was away.
 */
export function createBoardExchange(board: Board, name: string): Exchange {
  let sums = new Map<number, Sum>()
  /** Sums of each other node when it was last read. */
  let known = new Map<string, Map<number, Report>>()

  return {
    async exchange(own) {
      const next = new Map<number, Sum>()
      for (const [site, sum] of sums) if (sum.same < REPEATED) next.set(site, { ...sum, same: sum.same + 1 })
      for (const report of own) {
        const { site } = report
        const sum = next.get(site)
        next.set(site, { site, ...countsOf(name => (sum?.[name] ?? 0) + report[name]), same: 0 })
      }
      const before = known
      // While the board is away, each node takes the others to count what it does itself. What they have
      // counted meanwhile is neither told nor heard after that: it would count twice, and all at once.
      sums = new Map()
      known = new Map()
      const texts = await board.write(name, JSON.stringify([...next.values()].map(valuesOf)))
      sums = next
      const others: Report[] = []
      for (const [node, text] of texts) {
        if (node === name) continue
        const seen = before.get(node)
        const reports = reportsIn(text)
        known.set(node, new Map(reports.map(sum => [sum.site, sum])))
        // What a node has counted before it was first seen, or seen again, is not of now.
        if (seen) others.push(...reports.map(sum => grown(sum, seen.get(sum.site))))
      }
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

/** How far a sum has grown; one that is lower than before has begun again. */
const grown = (sum: Report, last: Report | undefined): Report => ({
  site: sum.site,
  ...countsOf(name => (last && last[name] <= sum[name] ? sum[name] - last[name] : sum[name])),
})

const isSome = (report: Report) => COUNTS.some(name => report[name] > 0)
