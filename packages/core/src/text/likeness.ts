import type { Glyph, Outlines } from '../font.ts'
import { CHARACTERS, smallOf } from './fonts.ts'
import { addPolygons, createRaster, INK, shadePixels, startRaster } from './raster.ts'

/** Bounds of a letter's size, as shares of the capital's height, both exclusive. */
const MEASURES = {
  width: [0.1, 1.6],
  top: [-0.35, 0.6],
  bottom: [0.7, 1.5],
  height: [0.45, 1.85],
} as const
/** A capital or a figure is at least this high. */
const MIN_CAPITAL_HEIGHT = 0.7
/**
 * Width of the stroke of an I: what is thinner is not seen, what is thicker fills its counters when it is
 * made bold.
 */
const STEM = [0.1, 0.4] as const

/** Corners of a letter, curves in pieces: several times what any of ours has, and still drawn in no time. */
const MAX_CORNERS = 2000

/** Width and height, in pixels, of the box in which two letters are compared. */
const BOX = 32
/**
 * Two letters look alike when, drawn to the same box, they share this much of the ink that either has. Of our
 * own fonts none has two that do: the nearest are H and R of Alfa Slab One, with 0.897. An O and a zero come
 * to 0.9 and more in half of them.
 */
const MAX_LIKENESS = 0.9

const between = (value: number, [low, high]: readonly [number, number]) => value > low && value < high

/**
 * The characters that a font cannot draw: without an outline, or with one that is no letter's size. An I
 * stands for the strokes too.
 */
export function misshapen(font: Outlines): string {
  const wrong = [...CHARACTERS].filter(character => !isLetter(font, character))
  if (!between(font.stem, STEM) && !wrong.includes('I')) wrong.push('I')
  return wrong.join('')
}

function isLetter(font: Outlines, character: string): boolean {
  const { points, width, top, bottom } = font.glyph(character)
  const least = /[a-z]/.test(character) ? MEASURES.height[0] : MIN_CAPITAL_HEIGHT
  return (
    points.length > 0 &&
    points.length <= 2 * MAX_CORNERS &&
    between(width, MEASURES.width) &&
    between(top, MEASURES.top) &&
    between(bottom, MEASURES.bottom) &&
    between(bottom - top, [least, MEASURES.height[1]])
  )
}

/** The characters that a font draws too much like another one that can stand in the same code. */
export function lookAlikes(font: Outlines, alphabets: readonly string[]): string {
  const drawn = new Map([...CHARACTERS].map(character => [character, drawToBox(font.glyph(character))]))
  const alike = new Set<string>()
  for (const alphabet of alphabets) {
    const forms = [...alphabet].flatMap(character => [character, ...(smallOf(character) ?? '')])
    for (const one of forms) {
      for (const other of forms) {
        const same = one.toUpperCase() === other.toUpperCase()
        if (!same && likeness(drawn.get(one)!, drawn.get(other)!) >= MAX_LIKENESS) alike.add(one)
      }
    }
  }
  return [...CHARACTERS].filter(character => alike.has(character)).join('')
}

/**
 * Shades of a letter stretched to the box: neither width nor height tells letters apart once they are
 * deformed.
 */
function drawToBox({ points, ends, width, top, bottom }: Glyph): Uint8Array {
  const raster = createRaster()
  startRaster(raster, BOX, BOX)
  const stretched = points.map((value, i) =>
    i % 2 === 0 ? (value / width) * BOX : ((value - top) / (bottom - top)) * BOX,
  )
  addPolygons(raster, { points: stretched, ends }, INK)
  const pixels = new Uint8Array(BOX * BOX)
  shadePixels(raster, pixels)
  return pixels
}

/** The ink that two letters share, as a share of what either has: 0 … 1. */
function likeness(one: Uint8Array, other: Uint8Array): number {
  let shared = 0
  let either = 0
  for (let i = 0; i < one.length; i++) {
    shared += Math.min(one[i]!, other[i]!)
    either += Math.max(one[i]!, other[i]!)
  }
  return shared / either
}
