import { readFileSync, writeFileSync } from 'node:fs'

/** One line of the printed table. `ok` is left out where the design sets no budget. */
export interface Row {
  what: string
  figure: string
  budget?: string
  ok?: boolean
}

/** A whole number with thin groups of three digits. */
export const whole = (n: number) => Math.round(n).toLocaleString('en-GB')

/** Prints rows under a heading, columns aligned. */
export function printTable(heading: string, rows: Row[]): void {
  const columns = ['what', 'figure', 'budget'] as const
  const widths = columns.map(column => Math.max(...rows.map(row => (row[column] ?? '').length)))
  console.log(`\n${heading}`)
  for (const row of rows) {
    const cells = columns.map((column, i) => (row[column] ?? '').padEnd(widths[i]!))
    const mark = row.ok === undefined ? ' ' : row.ok ? '✓' : '✗'
    console.log(`  ${mark} ${cells.join('   ').trimEnd()}`)
  }
}

/** Replaces the lines of a page between the comments `<!-- name -->` and `<!-- end of name -->`. */
export function replaceTable(page: URL, name: string, lines: readonly string[]): void {
  const [start, end] = [`<!-- ${name} -->\n`, `\n<!-- end of ${name} -->`]
  const text = readFileSync(page, 'utf8')
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${page.pathname} has no place for the table "${name}"`)
  writeFileSync(page, text.slice(0, from + start.length) + lines.join('\n') + text.slice(to))
}
