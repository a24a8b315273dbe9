import type { Stream } from '../random.ts'

/** Ground and ink of a picture, as 0xRRGGBB. */
export interface Theme {
  name: string
  ground: number
  ink: number
}

/**
 * Minimum contrast of ink and ground, as a ratio to 1: it stays above 4.5 where shading brings the two
 * nearest to one another. Inverted patches swap them, which leaves the contrast as it is.
 */
export const MIN_CONTRAST = 7.5

/** The themes that pictures are drawn in. */
export const THEMES: readonly Theme[] = [
  { name: 'slate', ground: 0xf3f4f6, ink: 0x1f2937 },
  { name: 'navy', ground: 0xeef2fb, ink: 0x172554 },
  { name: 'forest', ground: 0xeef6ee, ink: 0x14432a },
  { name: 'plum', ground: 0xf8f0f7, ink: 0x4a1546 },
  { name: 'brick', ground: 0xfbf1ec, ink: 0x6b1d12 },
  { name: 'sepia', ground: 0xf7f1e3, ink: 0x4a3210 },
  { name: 'teal', ground: 0xe9f5f5, ink: 0x0b3f46 },
  { name: 'ink', ground: 0xffffff, ink: 0x111111 },
  { name: 'night', ground: 0x10182b, ink: 0xf2f0d8 },
  { name: 'pine', ground: 0x0e2a22, ink: 0xe4f5dc },
  { name: 'wine', ground: 0x34101c, ink: 0xfde8e4 },
  { name: 'cobalt', ground: 0x12296b, ink: 0xfff3b0 },
]

const channels = (rgb: number) => [rgb >> 16, (rgb >> 8) & 255, rgb & 255]

/** The colour `share` of the way from one colour to another. */
export function blend(from: number, to: number, share: number): number {
  const b = channels(to)
  const mixed = channels(from).map((value, i) => Math.round(value + share * (b[i]! - value)))
  return mixed[0]! * 65_536 + mixed[1]! * 256 + mixed[2]!
}

/** Colours from ground to ink: as many as four bits tell apart. */
export const SHADES = 16
/** Ground and ink of a picture come nearer to one another by up to this many of SHADE parts each. */
const MAX_CONTRAST_LOSS = 4
/** Parts that the way from ground to ink has when shades are chosen. */
const PARTS = 80

/** Held no longer than the themes themselves: a caller may make one for each picture. */
const known = new WeakMap<Theme, number[][]>()

/** The colours of a theme from ground to ink, each a little lighter or darker from picture to picture. */
export function shades(theme: Theme, stream: Stream): readonly number[] {
  const all = known.get(theme) ?? variants(theme)
  known.set(theme, all)
  return stream.pick(all)
}

/** Every palette that `shades` can give for a theme. */
export function variants({ ground, ink }: Theme): number[][] {
  const ends = Array.from({ length: MAX_CONTRAST_LOSS }, (_, part) => part / PARTS)
  return ends.flatMap(low =>
    ends.map(high => {
      const shade = (i: number) => blend(ground, ink, low + ((1 - high - low) * i) / (SHADES - 1))
      return Array.from({ length: SHADES }, (_, i) => shade(i))
    }),
  )
}

/** Relative luminance, 0 … 1 (WCAG 2.2). */
function luminance(rgb: number): number {
  const linear = channels(rgb).map(value => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!
}

/** Contrast of two colours, 1 … 21 (WCAG 2.2). */
export function contrast(a: number, b: number): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high! + 0.05) / (low! + 0.05)
}
