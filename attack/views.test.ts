import { createCanvas } from '@napi-rs/canvas'
import { describe, expect, it } from 'vitest'
import { greedy } from './paddle.ts'
import { svgCaptchas, trekCaptchas } from './peers.ts'
import { pixmapOf } from './tesseract.ts'
import { blackAndWhite, otsu, plain, rowsOf, soft, type View } from './views.ts'

/** Bars on a ground: from x, from y, width, height. */
function picture(ground: string, ink: string, bars: readonly [number, number, number, number][]): Buffer {
  const canvas = createCanvas(100, 60)
  const context = canvas.getContext('2d')
  context.fillStyle = ground
  context.fillRect(0, 0, 100, 60)
  context.fillStyle = ink
  for (const bar of bars) context.fillRect(...bar)
  return canvas.toBuffer('image/png')
}
const greyAt = ({ width, rgba }: View, x: number, y: number) => rgba[4 * (y * width + x)]!

describe('a view', () => {
  it('has the height that is asked for, and the shape of the picture', async () => {
    const view = await plain(picture('#fff', '#000', []), 30)
    expect([view.width, view.height, view.rgba.length]).toEqual([50, 30, 4 * 50 * 30])
  })

  it('shows what is drawn dark, even where it is lighter than its ground', async () => {
    for (const [ground, ink] of [
      ['#204080', '#f0e060'],
      ['#fff', '#a03030'],
    ] as const) {
      const view = soft(await plain(picture(ground, ink, [[40, 20, 20, 20]]), 60))
      expect(greyAt(view, 50, 30)).toBe(0)
      expect(greyAt(view, 10, 30)).toBe(255)
    }
  })

  it('is without hairlines, and black and white, when it is cleaned', async () => {
    const hairline = [0, 10, 100, 1] as [number, number, number, number]
    const view = blackAndWhite(soft(await plain(picture('#fff', '#000', [[40, 20, 20, 20], hairline]), 60)))
    expect(new Set(view.rgba)).toEqual(new Set([0, 255]))
    expect(greyAt(view, 50, 30)).toBe(0)
    expect(greyAt(view, 20, 10)).toBe(255)
  })

  it('is cut between its two rows', async () => {
    const file = picture('#fff', '#000', [
      [10, 5, 80, 18],
      [10, 29, 80, 25],
    ])
    const [upper, lower] = rowsOf(await plain(file, 60))
    expect(upper.height).toBeGreaterThan(23)
    expect(upper.height).toBeLessThanOrEqual(29)
    expect(upper.height + lower.height).toBe(60)
  })
})

it('a view is handed to Tesseract as a pixmap with white around it', async () => {
  const file = pixmapOf(await plain(picture('#ff8000', '#000', []), 60))
  const header = 'P6 132 92 255\n'
  expect(file.toString('latin1', 0, header.length)).toBe(header)
  expect(file.length).toBe(header.length + 3 * 132 * 92)
  expect(file[header.length]).toBe(255)
  const middle = header.length + 3 * (46 * 132 + 66)
  expect([...file.subarray(middle, middle + 3)]).toEqual([255, 128, 0])
})

it("Otsu's threshold is between two heaps", () => {
  const cut = otsu(Uint8ClampedArray.from([10, 12, 14, 10, 200, 210, 220]))
  expect(cut).toBeGreaterThanOrEqual(14)
  expect(cut).toBeLessThan(200)
})

it('a letter is read once for as long as it lasts, and only if it is allowed', () => {
  // Between letters, A, B, C.
  const steps = [
    [0.1, 0.8, 0, 0.1],
    [0.1, 0.8, 0, 0.1],
    [0.9, 0.1, 0, 0],
    [0.1, 0.8, 0.1, 0],
    [0, 0.1, 0.2, 0.7],
  ]
  const allowed = [
    { key: 'A', index: 1 },
    { key: 'B', index: 2 },
  ]
  expect(greedy(Float32Array.from(steps.flat()), 5, 4, allowed)).toBe('AAB')
})

describe('peers', () => {
  it.each([svgCaptchas, trekCaptchas])(
    'draw the same pictures at every run, and can be looked at',
    async make => {
      const samples = await make(2)
      expect(samples[0]!.answer).not.toBe(samples[1]!.answer)
      const view = await plain(samples[0]!.bytes, 48)
      expect(view.width).toBeGreaterThan(100)
      expect(new Set(soft(view).rgba).size).toBeGreaterThan(2)
    },
  )

  it('are given the same chance again', async () => {
    expect(await svgCaptchas(2)).toEqual(await svgCaptchas(2))
  })
})
