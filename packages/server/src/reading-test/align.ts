/**
 * One place of an alignment: a character that was wanted and what was typed for it; empty where the other
 * side has one too many.
 */
export interface Pair {
  wanted: string
  typed: string
}

/**
 * Lays what was typed beside what was wanted with as few slips as possible (edit distance, followed back).
 * Where several ways are as short, a character for another comes before one too many and one too few: that is
 * what a reader does.
 */
export function align(wanted: string, typed: string): Pair[] {
  const [rows, columns] = [[...wanted], [...typed]]
  // slips[i][j]: fewest slips between the first i characters wanted and the first j typed.
  const slips = [columns.map((_, j) => j)]
  slips[0]!.push(columns.length)
  for (const [i, row] of rows.entries()) {
    const above = slips[i]!
    const line = [i + 1]
    for (const [j, column] of columns.entries()) {
      line.push(Math.min(above[j]! + Number(row !== column), above[j + 1]! + 1, line[j]! + 1))
    }
    slips.push(line)
  }

  const pairs: Pair[] = []
  let [i, j] = [rows.length, columns.length]
  while (i > 0 || j > 0) {
    const here = slips[i]![j]!
    const [row = '', column = ''] = [rows[i - 1], columns[j - 1]]
    if (i > 0 && j > 0 && here === slips[i - 1]![j - 1]! + Number(row !== column)) {
      pairs.push({ wanted: row, typed: column })
      i--
      j--
    } else if (j > 0 && here === slips[i]![j - 1]! + 1) {
      pairs.push({ wanted: '', typed: column })
      j--
    } else {
      pairs.push({ wanted: row, typed: '' })
      i--
    }
  }
  return pairs.reverse()
}
