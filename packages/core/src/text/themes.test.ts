import { describe, expect, it } from 'vitest'
import { blend, contrast, MIN_CONTRAST, THEMES, variants } from './themes.ts'

describe('a theme', () => {
  it.each(THEMES.map(theme => [theme.name, theme] as const))(
    '%s keeps its ink readable in every shade',
    (_, theme) => {
      for (const palette of variants(theme)) {
        expect(palette).toHaveLength(16)
        // Patches swap the two, which leaves the contrast as it is.
        expect(contrast(palette[0]!, palette[15]!)).toBeGreaterThanOrEqual(4.5)
      }
    },
  )

  it('is one of a dozen, dark on light or light on dark, each with a name of its own', () => {
    expect(THEMES.length).toBeGreaterThanOrEqual(12)
    expect(new Set(THEMES.map(({ name }) => name)).size).toBe(THEMES.length)
    const dark = THEMES.filter(({ ground }) => contrast(ground, 0) < 4.5).length
    expect(dark).toBeGreaterThan(2)
    expect(THEMES.length - dark).toBeGreaterThan(2)
  })
})

describe('the least contrast of two colours', () => {
  it('leaves every shade of them readable', () => {
    const levels = [0, 51, 102, 153, 204, 255]
    const colours = levels.flatMap(r => levels.flatMap(g => levels.map(b => r * 65_536 + g * 256 + b)))
    let pairs = 0
    for (const ground of colours) {
      for (const ink of colours) {
        if (contrast(ground, ink) < MIN_CONTRAST) continue
        pairs++
        // The palette in which the two are nearest.
        const palette = variants({ name: 'own', ground, ink }).at(-1)!
        expect(contrast(palette[0]!, palette[15]!)).toBeGreaterThanOrEqual(4.5)
      }
    }
    expect(pairs).toBeGreaterThan(1000)
    for (const { ground, ink } of THEMES) expect(contrast(ground, ink)).toBeGreaterThanOrEqual(MIN_CONTRAST)
  })
})

describe('contrast', () => {
  it('is as WCAG 2.2 defines it', () => {
    expect(contrast(0x000000, 0xffffff)).toBeCloseTo(21, 5)
    expect(contrast(0x777777, 0xffffff)).toBeCloseTo(4.478, 2)
    expect(contrast(0x123456, 0x123456)).toBe(1)
  })
})

describe('blend', () => {
  it('goes from one colour to the other', () => {
    expect([0, 0.5, 1].map(share => blend(0x000000, 0xff8040, share))).toEqual([0x000000, 0x804020, 0xff8040])
  })
})
