import type { Report } from './ladder.ts'
import type { Exchange } from './sharing.ts'

/** Texts of nodes by their names: each writes its own, and reads all that were written lately. */
export interface Board {
  write(name: string, text: string): Promise<ReadonlyMap<string, string>>
}

/** Exchanges for which a site that has not changed is still written. */
const REPEATED = 60

/**
 * The exchange of nodes through a board. Each writes what it has counted in all since it started, so that a
 * text that is written twice, or lost, changes nothing: what others add is how far their sums have grown.
 */
export function createBoardExchange(board: Board, name: string): Exchange {
  /** Own sums, and how many exchanges they have been the same for. */
  const sums = new Map<number, Report & { same: number }>()
  /** Sums of each node when it was last read; undefined before the first exchange. */
  let known: Map<string, Map<number, Report>> | undefined

  return {
    async exchange(own) {
      for (const report of own) {
        const { site, minute, hour, good, bad } = report
        const sum = sums.get(site) ?? { site, minute: 0, hour: 0, good: 0, bad: 0, same: 0 }
        sums.set(site, {
          site,
          minute: sum.minute + minute,
          hour: sum.hour + hour,
          good: sum.good + good,
          bad: sum.bad + bad,
          same: 0,
        })
      }
      const told = [...sums.values()].filter(sum => sum.same++ < REPEATED)
      const texts = await board.write(name, JSON.stringify(told.map(valuesOf)))
      const isFirst = known === undefined
      const before = known ?? new Map<string, Map<number, Report>>()
      known = before
      const others: Report[] = []
      for (const [node, text] of texts) {
        if (node === name) continue
        const seen = before.get(node) ?? new Map<number, Report>()
        before.set(node, seen)
        for (const sum of reportsIn(text)) {
          const last = seen.get(sum.site)
          seen.set(sum.site, sum)
          // What others have counted before this node came is in what it read at its start.
          if (!isFirst) others.push(grown(sum, last))
        }
      }
      for (const node of before.keys()) if (!texts.has(node)) before.delete(node)
      return { others: others.filter(isSome), processes: texts.size }
    },
  }
}

const valuesOf = ({ site, minute, hour, good, bad }: Report) => [site, minute, hour, good, bad]

/** The reports in a node's text; none in one of another version. */
function reportsIn(text: string): Report[] {
  const rows: unknown = JSON.parse(text)
  if (!Array.isArray(rows)) return []
  return rows
    .filter((row): row is number[] => Array.isArray(row) && row.length >= 5 && row.every(Number.isFinite))
    .map(([site, minute, hour, good, bad]) => ({
      site: site!,
      minute: minute!,
      hour: hour!,
      good: good!,
      bad: bad!,
    }))
}

const grown = (sum: Report, last: Report | undefined): Report => ({
  site: sum.site,
  minute: Math.max(0, sum.minute - (last?.minute ?? 0)),
  hour: Math.max(0, sum.hour - (last?.hour ?? 0)),
  good: Math.max(0, sum.good - (last?.good ?? 0)),
  bad: Math.max(0, sum.bad - (last?.bad ?? 0)),
})

const isSome = ({ minute, hour, good, bad }: Report) => minute + hour + good + bad > 0
