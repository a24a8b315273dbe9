import { describe, expect, it } from 'vitest'
import { progressOn } from './progress.ts'

function written(isTTY: boolean, what: 'bar' | 'bar or counts', total: number): string[] {
  const out: string[] = []
  const progress = progressOn({ isTTY, write: (text: string) => out.push(text) > 0 } as never, what)
  for (let i = 1; i <= total; i++) progress.tell(i, total)
  progress.end()
  return out
}

describe('progress', () => {
  it('is one line on a terminal, which is gone in the end', () => {
    const bar = (full: number) => '#'.repeat(full).padEnd(30, '.')
    expect(written(true, 'bar', 3)).toEqual([
      `\r[${bar(10)}]  33 %  1 of 3`,
      `\r[${bar(20)}]  66 %  2 of 3`,
      `\r[${bar(30)}] 100 %  3 of 3`,
      '\r\u001b[K',
    ])
  })

  it('is a line a tenth anywhere else, or nothing', () => {
    const tenths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    expect(written(false, 'bar or counts', 200)).toEqual(tenths.map(tenth => `${tenth * 20} of 200\n`))
    expect(written(false, 'bar or counts', 1)).toEqual(['1 of 1\n'])
    expect(written(false, 'bar', 200)).toEqual([])
  })

  it('is nothing where there is nothing to do', () => {
    expect(written(true, 'bar', 0)).toEqual([])
  })
})
