// Bakes the outlines of our fonts into packages/core/src/text/glyphs.data.ts: `npx tsx scripts/bake-glyphs.ts`.
// The asset is committed, so that no font is ever parsed where pictures are drawn, and so that the same id gives the
// same picture whatever versions of the font packages are about. The format is told in packages/core/src/text/glyphs.ts.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { crc32, deflateRawSync } from 'node:zlib'
import opentype from 'opentype.js'

/** Font packages of npm and the weight taken: chosen to differ clearly, and to read well as single letters. */
export const FONTS: readonly [family: string, weight: number][] = [
  ['alfa-slab-one', 400],
  ['arvo', 700],
  ['bangers', 400],
  ['bitter', 700],
  ['caveat-brush', 400],
  ['chewy', 400],
  ['chivo', 700],
  ['comic-neue', 700],
  ['courier-prime', 700],
  ['fredoka', 600],
  ['kalam', 700],
  ['lora', 700],
  ['luckiest-guy', 400],
  ['merriweather', 700],
  ['oswald', 500],
  ['patrick-hand', 400],
  ['paytone-one', 400],
  ['permanent-marker', 400],
  ['roboto-slab', 700],
  ['russo-one', 400],
  ['saira-stencil-one', 400],
  ['space-mono', 700],
]

/** What is drawn: capitals, figures, and small letters that cannot be taken for anything else. */
const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789aehmtu'
/** Units of a capital's height: a twelfth of a pixel at the largest size that is usual. */
const CAP = 512

interface Point {
  x: number
  y: number
  on: boolean
}

const mid = (a: number, b: number) => (a + b) / 2

/** A cubic as two quadratics that meet on the curve: off by less than a unit for the short curves of letters. */
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

const byte = (n: number): Buffer => Buffer.from([n])

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value < 0 ? -2 * value - 1 : 2 * value
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
      // The lowest bit of the first coordinate says whether the point lies on the outline.
      parts.push(varint(2 * (point.x - x) + (point.on ? 1 : 0)), varint(point.y - y))
      ;[x, y] = [point.x, point.y]
    }
  }
  return Buffer.concat(parts)
}

/** The width of the upright stroke of an I or H at half height, in font units. */
function stemOf(commands: Parameters<typeof contoursOf>[0], y: number): number {
  const crossings: number[] = []
  for (const points of contoursOf(commands)) {
    points.forEach((p, i) => {
      const q = points[(i + 1) % points.length]!
      if (p.y > y !== q.y > y) crossings.push(p.x + ((y - p.y) * (q.x - p.x)) / (q.y - p.y))
    })
  }
  crossings.sort((a, b) => a - b)
  return crossings[1]! - crossings[0]!
}

/** The asset's bytes before they are packed. */
export function bake(): Buffer {
  const require = createRequire(import.meta.url)
  const parts: Buffer[] = [byte(FONTS.length), byte(CHARACTERS.length), Buffer.from(CHARACTERS)]
  for (const [family, weight] of FONTS) {
    const file = readFileSync(
      require.resolve(`@fontsource/${family}/files/${family}-latin-${weight}-normal.woff`),
    )
    const font = opentype.parse(new Uint8Array(file).buffer)
    const commands = (character: string) =>
      font.charToGlyph(character).getPath(0, 0, 1000).commands as unknown as Parameters<typeof contoursOf>[0]
    const heights = contoursOf(commands('H'))
      .flat()
      .map(({ y }) => y)
    const [top, bottom] = [Math.min(...heights), Math.max(...heights)]
    const scale = CAP / (bottom - top)
    const stem = stemOf(commands('I'), top + 0.3 * (bottom - top)) * scale
    parts.push(byte(family.length), Buffer.from(family), byte(Math.min(255, Math.round(stem))))
    for (const character of CHARACTERS) parts.push(bakeGlyph(contoursOf(commands(character)), scale, top))
  }
  const rest = Buffer.concat(parts)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32LE(crc32(rest))
  return Buffer.concat([Buffer.from('UPG1'), checksum, rest])
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bytes = bake()
  const packed = deflateRawSync(bytes, { level: 9 }).toString('base64')
  const target = new URL('../packages/core/src/text/glyphs.data.ts', import.meta.url)
  const lines = packed.match(/.{1,16000}/g)!.map(line => `  '${line}',`)
  writeFileSync(
    target,
    `// Made by scripts/bake-glyphs.ts from the fonts that NOTICES.md lists. Do not edit.\nexport default [\n${lines.join('\n')}\n].join('')\n`,
  )
  console.log(`${FONTS.length} fonts, ${bytes.length} bytes, ${packed.length} characters packed`)
}
