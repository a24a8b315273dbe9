import { CaptchaError } from '../errors.ts'
import type { Stream } from '../random.ts'
import { DIFFICULTY } from './difficulty.ts'
import { distort } from './distort.ts'
import { layOut } from './layout.ts'
import { addPatch } from './patches.ts'
import type { Bitmap } from './png.ts'
import { createRaster } from './raster.ts'
import { boundsOf, clearShapes, createShapes, type Shapes } from './shapes.ts'
import { sine } from './sine.ts'
import { addStrokes } from './strokes.ts'
import { shades, THEMES, type Theme } from './themes.ts'

/** How a code is drawn. */
export interface PictureOptions {
  /** Pixels before scaling, 60 … 1200. @default 200 */
  width?: number | undefined
  /** Pixels before scaling, 24 … 400. @default 70 */
  height?: number | undefined
  /** Pixels for each of these: 2 for dense screens. @default 1 */
  scale?: 1 | 2 | undefined
  /** @default 'standard' */
  level?: 'standard' | 'light' | undefined
  /** @default one of THEMES, drawn from the stream */
  theme?: Theme | undefined
}

/** Bounds of a picture's size in pixels, before scaling. */
const SIZES = { width: [60, 1200], height: [24, 400] } as const
/** Longest code that can still be read at any size. */
const LONGEST = 16
/** Free border, as a share of the height. */
const BORDER = 0.055
/** A capital is at most this share of the picture's height. */
const TALLEST = 0.66

// Scratch room, reused from picture to picture: drawing is never interrupted.
const letters = createShapes()
const patches = createShapes()
const ink = createRaster()
const swapped = createRaster()
const palettes = new Map(THEMES.map(theme => [theme, shades(theme)]))

/**
 * Draws a code: letters on a line, bent, with strokes among them, ink and ground swapped in patches. The same stream
 * gives the same pixels on every machine.
 * @throws CaptchaError `bad_code` for anything but 1 to 16 of A–Z and 0–9, `bad_size` for sizes out of bounds
 */
export function drawCode(code: string, options: PictureOptions, stream: Stream): Bitmap {
  const scale = options.scale ?? 1
  const width = checked('width', options.width ?? 200) * scale
  const height = checked('height', options.height ?? 70) * scale
  if (code.length < 1 || code.length > LONGEST) throw new CaptchaError('bad_code', `${code.length} characters`)
  const knobs = DIFFICULTY[options.level ?? 'standard']
  const theme = options.theme ?? stream.pick(THEMES)

  clearShapes(letters)
  const line = layOut(code, knobs, stream, letters)
  const characters = letters.length
  addStrokes(line, knobs, stream, letters)
  distort(letters, line.width, knobs, stream)
  fit(letters, characters, width, height, stream)

  clearShapes(patches)
  const [few, many] = knobs.patches
  for (let n = few + stream.below(many - few + 1); n > 0; n--) addPatch(width, height, stream, patches)

  const pixels = compose(width, height, stream)
  return { width, height, pixels, palette: palettes.get(theme) ?? shades(theme) }
}

function checked(name: 'width' | 'height', value: number): number {
  const [least, most] = SIZES[name]
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new CaptchaError('bad_size', `${name} ${value} is not a whole number from ${least} to ${most}`)
  }
  return value
}

/** Brings the line into the picture: the letters, which come first, keep clear of the border. */
function fit(shapes: Shapes, characters: number, width: number, height: number, stream: Stream): void {
  const box = boundsOf({ ...shapes, length: characters })
  const border = BORDER * height
  const roomX = width - 2 * border
  const roomY = height - 2 * border
  const tallest = Math.min(TALLEST * height, roomY / (box.bottom - box.top))
  // A code that is too long for its height is made narrow first, and lower by half as much.
  const narrow = Math.min(1, roomX / ((box.right - box.left) * tallest))
  const down = tallest * Math.sqrt(narrow)
  const across = Math.min(down, roomX / (box.right - box.left))
  const x = border - box.left * across + stream.unit() * (roomX - (box.right - box.left) * across)
  const y = border - box.top * down + stream.unit() * (roomY - (box.bottom - box.top) * down)
  for (let i = 0; i < shapes.length; i += 2) {
    shapes.points[i] = shapes.points[i]! * across + x
    shapes.points[i + 1] = shapes.points[i + 1]! * down + y
  }
}

function fill(raster: typeof ink, { points, ends }: Shapes, width: number, height: number): Float32Array {
  raster.start(width, height)
  let from = 0
  for (const to of ends) {
    raster.polygon(points, from, to)
    from = to
  }
  return raster.finish()
}

/** Ink, patches and shade as indexes into the 16 colours between ground and ink. */
function compose(width: number, height: number, stream: Stream): Uint8Array {
  const coverage = fill(ink, letters, width, height)
  const patch = patches.ends.length > 0 ? fill(swapped, patches, width, height) : undefined
  const pixels = new Uint8Array(width * height)
  // Ink and ground each drift by up to two of the sixteen shades along the line.
  const [groundPhase, inkPhase] = [stream.unit(), stream.unit()]
  const [groundTurns, inkTurns] = [stream.between(0.4, 1.2) / width, stream.between(0.8, 2) / width]
  for (let x = 0; x < width; x++) {
    const low = 1 + sine(groundPhase + x * groundTurns)
    const high = 14 + sine(inkPhase + x * inkTurns) - low
    for (let i = x; i < pixels.length; i += width) {
      const c = coverage[i]!
      const value = patch ? c + patch[i]! * (1 - 2 * c) : c
      pixels[i] = low + high * value + 0.5
    }
  }
  return pixels
}
