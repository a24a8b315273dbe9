import { whole } from '../table.ts'
import type { Usage } from '../usage.ts'
import type { Outcome } from './faults.ts'
import type { FloodOutcome } from './flood.ts'
import type { Steps } from './pace.ts'

/** The value that a share of all are at or below. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** Rows with their columns aligned, words to the left and figures to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map(row => row[i]!.length)))
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('   ')
  return rows.map(row => `  ${line(row).trimEnd()}`).join('\n')
}

const ms = (value: number) => (value < 100 ? value.toFixed(1) : whole(value))

/** How long each step took, and what went wrong. */
export function stepsTable({ times, bytes, journeys, seconds, errors }: Steps): string {
  const row = (name: string, values: readonly number[], size?: number) => [
    name,
    (values.length / seconds).toFixed(1),
    ...[0.5, 0.95, 0.99, 1].map(share => ms(quantile(values, share))),
    size === undefined ? '' : (size / values.length / 1000).toFixed(1),
  ]
  const rows = [...times].map(([name, values]) => row(name, values, bytes.get(name)))
  const lines = [
    table([
      ['', 'a second', 'p50 ms', 'p95 ms', 'p99 ms', 'longest ms', 'kB each'],
      ...rows,
      row('all requests', [...times.values()].flat()),
      row('whole journeys', journeys),
    ]),
  ]
  for (const [what, count] of errors) lines.push(`  ✗ ${whole(count)} × ${what}`)
  return lines.join('\n')
}

/** What some processes used. */
export const usageTable = (
  used: readonly (readonly [name: string, usage: Usage])[],
  journeys: number,
): string =>
  table([
    ['', 'CPU s', 'CPU s per 1,000 journeys', 'memory MB'],
    ...used.map(([name, { cpu, memory }]) => [
      name,
      cpu.toFixed(1),
      ((1000 * cpu) / journeys).toFixed(2),
      whole(memory / 1e6),
    ]),
  ])

/** How visitors fared through each fault, and what never should have happened. */
export function faultsTable(outcomes: readonly Outcome[]): string {
  const seconds = (value: number) => value.toFixed(1)
  const counts = ['requests', 'passed', 'refused', 'retried', 'lost']
  const head = ['', ...counts, 'longest gap s', 'recovered after s', 'after the repair s', 'replayed']
  const rows = outcomes.map(o => [
    o.scenario.name,
    ...[o.requests, o.passed, o.refused, o.turned, o.lost].map(whole),
    ...[o.gap, o.full, o.after].map(seconds),
    whole(o.replayed),
  ])
  return table([head, ...rows])
}

/** A flood, and how honest visitors fared through it. */
export function floodLines({
  capacity,
  seconds,
  due,
  sent,
  answers,
  broken,
  first,
  honest,
  memory,
}: FloodOutcome): string {
  const told = Object.entries(answers).map(([status, count]) => `${whole(count / seconds)} × ${status}`)
  const megabytes = memory.map(bytes => whole(bytes / 1e6)).join(', ')
  return [
    `flood: 1,000 networks for ${seconds} s, of a node that gave out ${whole(capacity)} challenges a second just before`,
    `  a second: ${whole(due)} due (${(due / capacity).toFixed(1)} times), ${whole(sent)} sent (${(sent / capacity).toFixed(1)} times), answered ${told.join(', ')}; ${broken} connections broken`,
    `  memory of the node before and through it, in MB: ${megabytes}`,
    '  honest visitors from other networks, in its first five seconds:',
    stepsTable(first),
    '  and after that:',
    stepsTable(honest),
  ].join('\n')
}
