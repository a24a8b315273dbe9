import { crc32 } from 'node:zlib'
import { CHARACTERS } from '@upright/core'
import opentype from 'opentype.js'

/** Units of a capital's height: a twelfth of a pixel at the largest size that is usual. */
const CAPITAL_HEIGHT = 512

interface Point {
  x: number
  y: number
  on: boolean
}

const mid = (a: number, b: number) => (a + b) / 2

/**
 * A cubic as two quadratics that meet on the curve: off by less than a unit for the short curves of letters.
 */
function cubicAsQuadratics(a: Point, c1: Point, c2: Point, b: Point): Point[] {
  const half = (p: Point, q: Point) => ({ x: mid(p.x, q.x), y: mid(p.y, q.y), on: false })
  const [p1, p2, p3] = [half(a, c1), half(c1, c2), half(c2, b)]
  const [q1, q2] = [half(p1, p2), half(p2, p3)]
  const m = { ...half(q1, q2), on: true }
  // The control point of the quadratic nearest to each half.
  const control = (s: Point, h1: Point, h2: Point, e: Point) => ({
    x: (3 * (h1.x + h2.x) - s.x - e.x) / 4,
    y: (3 * (h1.y + h2.y) - s.y - e.y) / 4,
    on: false,
  })
  return [control(a, p1, q1, m), m, control(m, q2, p3, b), { ...b, on: true }]
}

function contoursOf(
  commands: readonly { type: string; [key: string]: number | string | undefined }[],
): Point[][] {
  const contours: Point[][] = []
  let contour: Point[] = []
  const at = (command: Record<string, unknown>, suffix: string, on: boolean): Point => ({
    x: command[`x${suffix}`] as number,
    y: command[`y${suffix}`] as number,
    on,
  })
  for (const command of commands) {
    if (command.type === 'M') {
      contour = [at(command, '', true)]
      contours.push(contour)
    } else if (command.type === 'L') contour.push(at(command, '', true))
    else if (command.type === 'Q') contour.push(at(command, '1', false), at(command, '', true))
    else if (command.type === 'C') {
      const start = contour.at(-1)!
      contour.push(
        ...cubicAsQuadratics(start, at(command, '1', false), at(command, '2', false), at(command, '', true)),
      )
    }
  }
  return contours
}

/** Twice the area inside the corners of a contour; positive when it turns clockwise on a screen. */
const area = (points: Point[]) =>
  points.reduce((sum, p, i) => {
    const q = points[(i + 1) % points.length]!
    return sum + p.x * q.y - q.x * p.y
  }, 0)

function byte(n: number): Buffer {
  if (!(n >= 0 && n <= 255)) throw new RangeError(`${n} does not fit into a byte`)
  return Buffer.from([n])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value < 0 ? -2 * value - 1 : 2 * value
  if (!(rest < 2 ** 31)) throw new RangeError(`${value} is too large`)
  for (; rest > 127; rest >>= 7) bytes.push((rest & 127) | 128)
  bytes.push(rest)
  return Buffer.from(bytes)
}

function bakeGlyph(contours: Point[][], scale: number, capTop: number): Buffer {
  const placed = contours
    .map(contour => {
      const points = contour.map(({ x, y, on }) => ({
        x: Math.round(x * scale),
        y: Math.round((y - capTop) * scale),
        on,
      }))
      const last = points.at(-1)!
      if (points.length > 1 && last.on && last.x === points[0]!.x && last.y === points[0]!.y) points.pop()
      return points
    })
    .filter(points => points.length > 2)
  const left = Math.min(...placed.flat().map(({ x }) => x))
  // Outer contours turn one way in every font, so that overlapping letters add up and never cancel out.
  const turn = placed.reduce((sum, points) => sum + area(points), 0) < 0
  const parts: Buffer[] = [byte(placed.length)]
  for (const points of placed) {
    if (turn) points.reverse()
    while (!points[0]!.on) points.push(points.shift()!)
    parts.push(varint(points.length))
    let [x, y] = [left, 0]
    for (const point of points) {
      // The lowest bit of the first coordinate says whether the point is on the outline.
      parts.push(varint(2 * (point.x - x) + (point.on ? 1 : 0)), varint(point.y - y))
      ;[x, y] = [point.x, point.y]
    }
  }
  return Buffer.concat(parts)
}

/** The width of the upright stroke of an I or H at a height, in font units; 0 where there is none. */
function stemOf(commands: Parameters<typeof contoursOf>[0], y: number): number {
  const crossings: number[] = []
  for (const points of contoursOf(commands)) {
    points.forEach((p, i) => {
      const q = points[(i + 1) % points.length]!
      if (p.y > y !== q.y > y) crossings.push(p.x + ((y - p.y) * (q.x - p.x)) / (q.y - p.y))
    })
  }
  crossings.sort((a, b) => a - b)
  return crossings.length < 2 ? 0 : crossings[1]! - crossings[0]!
}

/** The font in a file, TTF, OTF or WOFF. @throws errors of many kinds for what is none */
export const parseFont = (file: Uint8Array): opentype.Font => opentype.parse(new Uint8Array(file).buffer)

/** A font as the asset has it. The name goes with it, at most 255 characters of Latin-1. */
export function bakeFont(font: opentype.Font, name: string): Buffer {
  const commands = (character: string) =>
    font.charToGlyph(character).getPath(0, 0, 1000).commands as unknown as Parameters<typeof contoursOf>[0]
  const heights = contoursOf(commands('H'))
    .flat()
    .map(({ y }) => y)
  const [top, bottom] = [Math.min(...heights), Math.max(...heights)]
  const scale = CAPITAL_HEIGHT / (bottom - top)
  const stem = stemOf(commands('I'), top + 0.3 * (bottom - top)) * scale
  return Buffer.concat([
    byte(name.length),
    Buffer.from(name, 'latin1'),
    byte(Math.min(255, Math.round(stem))),
    ...[...CHARACTERS].map(character => bakeGlyph(contoursOf(commands(character)), scale, top)),
  ])
}

/** The asset that holds some fonts, before it is packed: core's `readFonts` reads it. */
export function bakeAsset(fonts: readonly Buffer[]): Buffer {
  const rest = Buffer.concat([byte(fonts.length), byte(CHARACTERS.length), Buffer.from(CHARACTERS), ...fonts])
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32LE(crc32(rest))
  return Buffer.concat([Buffer.from('UPG1'), checksum, rest])
}
