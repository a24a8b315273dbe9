import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Font } from '../font.ts'
import { keyedStream } from '../random.ts'
import { DIFFICULTY } from './difficulty.ts'
import { fonts } from './fonts.ts'
import { drawCode } from './picture.ts'
import { everySeason, seasonOf } from './season.ts'

const hash = (text: string) => createHash('sha256').update(text)
const key = (n: number) => hash(`season ${n}`).digest('hex')
const season = (n: number) => seasonOf('standard', { season: key(n), fonts: [] })
const draw = (n: number) => drawCode('AHM4T2', {}, keyedStream(hash('x').digest()), season(n))

describe('a season', () => {
  it('is the same for the same key, and looks otherwise for another', () => {
    expect(draw(1)).toEqual(draw(1))
    expect(draw(2).pixels).not.toEqual(draw(1).pixels)
  })

  it('keeps within what its level allows', () => {
    for (const level of ['standard', 'light'] as const) {
      const all = DIFFICULTY[level]
      for (let n = 0; n < 100; n++) {
        const { parameters } = seasonOf(level, { season: key(n), fonts: [] })
        for (const [name, bound] of Object.entries(all)) {
          const value = parameters[name as keyof typeof parameters]
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
      const { facesOf } = season(n)
      for (const character of 'AFHLMTUWXY23589') {
        const faces = facesOf(character)
        expect(faces.length).toBeGreaterThanOrEqual(4)
        own += faces.length
        all += everySeason.standard.facesOf(character).length
      }
    }
    expect(own / all).toBeGreaterThan(0.3)
    expect(own / all).toBeLessThan(0.5)
  })

  it('has the fonts of an operator as often as ours, but for what they leave out', () => {
    // What they look like does not matter here.
    const own: readonly Font[] = ['4', 'Hh4', 'h'].map((leftOut, i) => ({
      ...fonts()[i]!,
      name: `own ${i}`,
      leftOut,
    }))
    const seen = own.map(() => 0)
    for (let n = 0; n < 100; n++) {
      const { facesOf } = seasonOf('standard', { season: key(n), fonts: own })
      const faces = facesOf('H')
      own.forEach((font, i) => {
        const face = faces.find(face => face.font === font)
        if (face) seen[i]!++
        if (i === 2) expect(face?.small).toBeUndefined()
        else if (face) expect(face.small).toBe(font.glyph('h'))
      })
      expect(facesOf('4').filter(({ font }) => font.name.startsWith('own 0'))).toEqual([])
    }
    expect(seen[1]).toBe(0)
    expect(Math.min(seen[0]!, seen[2]!)).toBeGreaterThan(20)
    expect(Math.max(...seen)).toBeLessThan(60)
  })

  it('is not taken for that of the same key with other fonts', () => {
    const own = { season: key(1), fonts: fonts().map(font => ({ ...font })) }
    const drawn = () => drawCode('AHM4T2', {}, keyedStream(hash('x').digest()), seasonOf('standard', own))
    const before = draw(1)
    expect(drawn().pixels).not.toEqual(before.pixels)
    expect(draw(1)).toEqual(before)
    expect(drawn()).toEqual(drawn())
  })
})
