/** Writes one line to the standard output. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Rows as aligned columns, two spaces apart; the last column as long as it likes. */
export function columns(rows: string[][]): string {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length)
    })
  }
  return rows
    .map(row => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join('  '))
    .join('\n')
}
