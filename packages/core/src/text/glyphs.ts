import { crc32, inflateRawSync } from 'node:zlib'
import { CaptchaError } from '../errors.ts'
import type { Glyph, Outlines } from '../font.ts'

/** Units of the asset for a capital's height. */
const CAPITAL_HEIGHT = 512
/** Longest piece of an outline, as a share of the capital's height: what is longer could not be bent. */
const MAX_PIECE = 1 / 7
const MAGIC = 'UPG1'

/** The fonts of a packed asset: base64 of the deflated bytes. @throws CaptchaError `asset_corrupt` */
export const unpackFonts = (packed: string): Outlines[] =>
  readAsset(() => inflateRawSync(Buffer.from(packed, 'base64')))

/**
 * The fonts of an asset: `UPG1`, the CRC-32 of the rest, counts of fonts and characters, the characters, then
 * for each font its name, stem and glyphs. A glyph is a count of contours, each a count of points (a varint);
 * a point is two zigzag varints, the differences to the point before, the first doubled with the lowest bit
 * set for points on the outline.
 * @throws CaptchaError `asset_corrupt`
 */
export const readFonts = (asset: Uint8Array): Outlines[] => readAsset(() => Buffer.from(asset))

function readAsset(load: () => Buffer): Outlines[] {
  try {
    const bytes = load()
    if (bytes.toString('latin1', 0, 4) !== MAGIC) throw new Error('not a glyph asset of this version')
    if (bytes.readUInt32LE(4) !== crc32(bytes.subarray(8))) throw new Error('the checksum does not fit')
    const read = reader(bytes.subarray(8))
    const count = read.byte()
    const characters = read.text(read.byte())
    const all = Array.from({ length: count }, () => readFont(read, characters))
    if (!read.done()) throw new Error('more bytes than the fonts need')
    return all
  } catch (error) {
    throw new CaptchaError('asset_corrupt', 'the glyph outlines', { cause: error })
  }
}

type Reader = ReturnType<typeof reader>

function reader(bytes: Buffer) {
  let at = 0
  const byte = () => {
    if (at === bytes.length) throw new Error('cut short')
    return bytes[at++]!
  }
  return {
    byte,
    text: (length: number) => String.fromCharCode(...Array.from({ length }, byte)),
    varint() {
      let value = 0
      for (let shift = 0; ; shift += 7) {
        const next = byte()
        value |= (next & 127) << shift
        if (next < 128) return value & 1 ? -(value + 1) / 2 : value / 2
      }
    },
    at: () => at,
    from: (position: number) => {
      at = position
    },
    done: () => at === bytes.length,
  }
}

function readFont(read: Reader, characters: string): Outlines {
  const name = read.text(read.byte())
  const stem = read.byte() / CAPITAL_HEIGHT
  const starts = new Map<string, number>()
  const glyphs = new Map<string, Glyph>()
  for (const character of characters) {
    starts.set(character, read.at())
    skipGlyph(read)
  }
  return {
    name,
    stem,
    // Outlines are laid out when a character is first drawn: a process needs few of a thousand.
    glyph(character) {
      const known = glyphs.get(character)
      if (known) return known
      const start = starts.get(character)
      if (start === undefined) throw new CaptchaError('bad_code', JSON.stringify(character))
      read.from(start)
      const glyph = readGlyph(read)
      glyphs.set(character, glyph)
      return glyph
    },
  }
}

function skipGlyph(read: Reader): void {
  for (let contours = read.byte(); contours > 0; contours--) {
    for (let coordinates = 2 * read.varint(); coordinates > 0; coordinates--) read.varint()
  }
}

function readGlyph(read: Reader): Glyph {
  const points: number[] = []
  const ends: number[] = []
  for (let contours = read.byte(); contours > 0; contours--) {
    const corners: { x: number; y: number; on: boolean }[] = []
    let [x, y] = [0, 0]
    for (let count = read.varint(); count > 0; count--) {
      const first = read.varint()
      const on = (first & 1) === 1
      x += (first - (on ? 1 : 0)) / 2 / CAPITAL_HEIGHT
      y += read.varint() / CAPITAL_HEIGHT
      corners.push({ x, y, on })
    }
    flatten(corners, points)
    ends.push(points.length)
  }
  const outline = { points: Float32Array.from(points), ends: Uint16Array.from(ends) }
  const ys = points.filter((_, i) => i % 2 === 1)
  const width = points.reduce((widest, value, i) => (i % 2 === 0 ? Math.max(widest, value) : widest), 0)
  return {
    ...outline,
    away: awayFrom(outline),
    width,
    top: Math.min(...ys),
    bottom: Math.max(...ys),
  }
}

/** The directions away from the ink: to the left of a walk around it clockwise. */
function awayFrom({ points, ends }: { points: Float32Array; ends: Uint16Array }): Float32Array {
  const away = new Float32Array(points.length)
  let from = 0
  for (const to of ends) {
    for (let i = from; i < to; i += 2) {
      const before = i === from ? to - 2 : i - 2
      const next = i + 2 === to ? from : i + 2
      const dx = points[next]! - points[before]!
      const dy = points[next + 1]! - points[before + 1]!
      const length = Math.sqrt(dx * dx + dy * dy) || 1
      away[i] = dy / length
      away[i + 1] = -dx / length
    }
    from = to
  }
  return away
}

/** Appends a contour of straight and quadratic pieces as corners that are no further apart than MAX_PIECE. */
function flatten(corners: { x: number; y: number; on: boolean }[], points: number[]): void {
  // Between two control points the outline passes half-way.
  const nodes = corners.flatMap((p, i) => {
    const q = corners[(i + 1) % corners.length]!
    return p.on || q.on ? [p] : [p, { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2, on: true }]
  })
  for (let i = 0; i < nodes.length; i++) {
    const p = nodes[i]!
    if (!p.on) continue
    const c = nodes[(i + 1) % nodes.length]!
    const q = c.on ? c : nodes[(i + 2) % nodes.length]!
    const length = Math.sqrt((q.x - p.x) ** 2 + (q.y - p.y) ** 2)
    const bend = c.on ? 0 : Math.sqrt((p.x - 2 * c.x + q.x) ** 2 + (p.y - 2 * c.y + q.y) ** 2)
    // A curve in n pieces strays from its chord by bend / (4 n²): 1/200 of the capital's height is not seen.
    const pieces = Math.max(1, Math.ceil(length / MAX_PIECE), Math.ceil(Math.sqrt(bend * 50)))
    for (let k = 0; k < pieces; k++) {
      const t = k / pieces
      const [a, b, d] = c.on ? [1 - t, 0, t] : [(1 - t) * (1 - t), 2 * t * (1 - t), t * t]
      points.push(a * p.x + b * c.x + d * q.x, a * p.y + b * c.y + d * q.y)
    }
  }
}
