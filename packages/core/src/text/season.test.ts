import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keyedStream } from '../random.ts'
import { DIFFICULTY } from './difficulty.ts'
import { drawCode } from './picture.ts'
import { everySeason, seasonOf } from './season.ts'

const hash = (text: string) => createHash('sha256').update(text)
const key = (n: number) => hash(`season ${n}`).digest('hex')
const draw = (n: number) =>
  drawCode('AHM4T2', {}, keyedStream(hash('x').digest()), seasonOf('standard', key(n)))

describe('a season', () => {
  it('is the same for the same key, and looks otherwise for another', () => {
    expect(draw(1)).toEqual(draw(1))
    expect(draw(2).pixels).not.toEqual(draw(1).pixels)
  })

  it('keeps within what its level allows', () => {
    for (const level of ['standard', 'light'] as const) {
      const all = DIFFICULTY[level]
      for (let n = 0; n < 100; n++) {
        const { knobs } = seasonOf(level, key(n))
        for (const [name, bound] of Object.entries(all)) {
          const value = knobs[name as keyof typeof knobs]
          if (typeof bound === 'number') {
            // What is a share of the letters is low in one season and high in another.
            const share = ['small', 'outlined', 'patches'].includes(name)
            expect(value).toBeLessThanOrEqual(share ? Math.min(1, 1.8 * bound) : bound)
            expect(value).toBeGreaterThanOrEqual((share ? 0.19 : 0.59) * bound)
          } else {
            const [low, high] = value as readonly [number, number]
            expect(low).toBeGreaterThanOrEqual(bound[0])
            expect(high).toBeLessThanOrEqual(bound[1] + 1e-12)
          }
        }
      }
    }
  })

  it('has four ways at least to draw a character, and leaves some of the fonts to other seasons', () => {
    let [own, all] = [0, 0]
    for (let n = 0; n < 50; n++) {
      const { facesOf } = seasonOf('standard', key(n))
      for (const character of 'AFHLMTUWXY234589') {
        const faces = facesOf(character)
        expect(faces.length).toBeGreaterThanOrEqual(4)
        own += faces.length
        all += everySeason.standard.facesOf(character).length
      }
    }
    expect(own / all).toBeGreaterThan(0.3)
    expect(own / all).toBeLessThan(0.5)
  })
})
