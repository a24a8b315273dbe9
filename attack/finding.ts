import { type Row, whole } from '../bench/table.ts'

/** What came of one attack on one target. */
export interface Finding {
  /** Who attacks, and with what. */
  attack: string
  target: string
  /** What was counted, in the plural: `codes`, `digits`, `discs within 10°` … */
  measure: string
  /** How many of them were tried. */
  samples: number
  /** The share that was solved, 0 … 1; of `correlation` its largest absolute value. */
  solved: number
  /** What `solved` must come to in the long run, where that can be worked out. */
  expected?: number
  /** What `solved` should not be above. */
  aim?: number
  seconds: number
}

/** What came of an attack, and for each part of it that this machine could not run, why. */
export interface Findings {
  found: Finding[]
  skipped?: string[]
}

/** An attack. `count` says how many samples to take in place of the number that a full run takes. */
export type Attack = (count: (full: number) => number) => Promise<Findings>

/** Runs `solve` and says how many seconds it took. */
export async function timed<T>(solve: () => T | Promise<T>): Promise<{ result: T; seconds: number }> {
  const before = performance.now()
  const result = await solve()
  return { result, seconds: Math.round((performance.now() - before) / 100) / 10 }
}

/** A share as people read it; what is too small for a percentage that says anything, as a power of ten. */
export function percent(share: number): string {
  if (share > 0 && share < 5e-4) return share.toExponential(1).replace('e-', ' × 10^−')
  return `${Number((100 * share).toFixed(1))} %`
}

function figureOf({ measure, samples, solved, expected }: Finding): string {
  if (measure === 'correlation') return `${solved.toFixed(2)} correlation, ${whole(samples)} samples`
  const worth = expected === undefined ? '' : ` (${percent(expected)} expected)`
  return `${percent(solved)} of ${whole(samples)} ${measure}${worth}`
}

const aimOf = ({ measure, aim }: Finding) =>
  aim === undefined ? undefined : `≤ ${measure === 'correlation' ? aim.toFixed(2) : percent(aim)}`

/**
 * Whether a finding is what it should be; undefined where nothing is aimed at. What must come of it counts
 * before luck.
 */
export const isMet = ({ solved, expected, aim }: Finding) =>
  aim === undefined ? undefined : (expected ?? solved) <= aim

/** A finding as a line of the printed table. */
export function rowOf(finding: Finding): Row {
  const budget = aimOf(finding)
  const ok = isMet(finding)
  return {
    what: `${finding.target}: ${finding.attack}`,
    figure: `${figureOf(finding)}, ${finding.seconds} s`,
    ...(budget !== undefined && { budget }),
    ...(ok !== undefined && { ok }),
  }
}

/** Findings as a table for a page of the documentation. */
export function markdownOf(findings: readonly Finding[]): string {
  const lines = findings.map(finding => {
    const cells = [finding.target, finding.attack, figureOf(finding), aimOf(finding) ?? '']
    return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  return ['| target | attacker | solved | aim |', '| --- | --- | --- | --- |', ...lines, ''].join('\n')
}
