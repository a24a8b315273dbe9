import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keyedStream } from '../random.ts'
import { layOut } from './layout.ts'
import { everySeason } from './season.ts'
import { createShapes } from './shapes.ts'

const stream = (seed: string) => keyedStream(createHash('sha256').update(seed).digest())

function laidOut(code: string, level: 'standard' | 'light', seed: number) {
  const shapes = createShapes()
  return { shapes, block: layOut(code, everySeason[level], stream(`${level} ${code} ${seed}`), shapes) }
}

describe('the letters of a code', () => {
  it('stand in two rows that are as long as one another, the first above the second', () => {
    const lengths = new Set<string>()
    for (let seed = 0; seed < 60; seed++) {
      const { block, shapes } = laidOut('AHM4T29', 'standard', seed)
      lengths.add(block.rows.map(({ seams }) => seams.length + 1).join('+'))
      expect(block.rows.map(({ first, last }) => [first, last])).toEqual([
        [true, false],
        [false, true],
      ])
      // Many of the ink's corners are on either side of the border: some fonts take more of them than others.
      let above = 0
      for (let i = 0; i < shapes.length; i += 2) {
        if (shapes.points[i + 1]! < block.border(shapes.points[i]!)) above++
      }
      const share = above / (shapes.length / 2)
      expect(share).toBeGreaterThan(0.15)
      expect(share).toBeLessThan(0.85)
    }
    expect([...lengths].sort()).toEqual(['3+4', '4+3'])
  })

  it('stand in one row where the code is easy, and where there is but one letter', () => {
    expect(laidOut('AHM4T29', 'light', 1).block.rows).toHaveLength(1)
    expect(laidOut('A', 'standard', 1).block.rows).toHaveLength(1)
  })

  it('have a seam between any two, from left to right', () => {
    for (let seed = 0; seed < 60; seed++) {
      for (const level of ['standard', 'light'] as const) {
        for (const { seams } of laidOut('WXLTJ4AH', level, seed).block.rows) {
          expect(seams.toSorted((a, b) => a - b)).toEqual(seams)
        }
      }
    }
  })
})
