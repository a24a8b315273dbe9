import { MAX_CODE_LENGTH } from '../code.ts'
import { CaptchaError } from '../errors.ts'
import { checkOptions, isWhole, type OptionRules, oneOf, wholeNumber } from '../options.ts'
import type { Stream } from '../random.ts'
import { distort, drawField } from './distort.ts'
import { layOut } from './layout.ts'
import { addPatches } from './patches.ts'
import type { Bitmap } from './png.ts'
import { addPolygons, createRaster, INK, PATCH, shadePixels, startRaster } from './raster.ts'
import { everySeason, LEVELS, type Level, type Season } from './season.ts'
import { boundsOf, clearShapes, createShapes, type Shapes } from './shapes.ts'
import { addLines } from './strokes.ts'
import { shades, THEMES, type Theme } from './themes.ts'

/** Options of a drawn code. */
export interface PictureOptions {
  /** Pixels before scaling, 60 … 1200. @default 200 */
  width?: number | undefined
  /** Pixels before scaling, 24 … 400. @default 70 */
  height?: number | undefined
  /** Pixels for each of these: 2 for dense screens. @default 1 */
  scale?: 1 | 2 | undefined
  /** @default 'standard' */
  level?: Level | undefined
  /** @default one of THEMES, drawn from the stream */
  theme?: Theme | undefined
}

const isColour = (value: unknown) => isWhole(value, 0, 0xffffff)

/** What the options of a drawn code may be. */
export const PICTURE_RULES: OptionRules<PictureOptions> = {
  width: wholeNumber(60, 1200),
  height: wholeNumber(24, 400),
  scale: oneOf([1, 2]),
  level: oneOf(LEVELS),
  theme: {
    accepts: value => isColour((value as Theme | null)?.ground) && isColour((value as Theme | null)?.ink),
    words: 'one of THEMES',
  },
}
/** Free border, as a share of the height. */
const BORDER = 0.055
/** A capital is at most this share of the picture's height. */
const MAX_HEIGHT_SHARE = 0.66
/** A line that does not fill the picture is made wider by up to this factor. */
const MAX_STRETCH = 1.9

// Scratch room, reused from picture to picture: drawing is never interrupted.
const letters = createShapes()
const patches = createShapes()
const raster = createRaster()

/**
 * Draws a code: letters in rows, bent, ink and ground swapped in patches, thin lines across them. The same
 * stream gives the same pixels on every machine.
 * @throws CaptchaError `bad_code` for anything but 1 to 16 of A–Z and 0–9, `bad_option`
 */
export function drawCode(
  code: string,
  options: PictureOptions,
  stream: Stream,
  season: Season = everySeason[options.level ?? 'standard'],
): Bitmap {
  checkOptions('drawCode', options, PICTURE_RULES)
  const { scale = 1 } = options
  const width = (options.width ?? 200) * scale
  const height = (options.height ?? 70) * scale
  if (code.length < 1 || code.length > MAX_CODE_LENGTH)
    throw new CaptchaError('bad_code', `${code.length} characters`)
  const { parameters } = season
  const theme = options.theme ?? stream.pick(THEMES)

  clearShapes(letters)
  clearShapes(patches)
  const block = layOut(code, season, stream, letters)
  addPatches(block, parameters.patches, stream, patches)
  const field = drawField(block.width, block.height, parameters.field, stream)
  distort(letters, field)
  distort(patches, field)
  const place = fit(boundsOf(letters), width, height, stream)
  move(letters, place)
  move(patches, place)
  addLines(width, height, block.stem * place.across, parameters, stream, patches)

  startRaster(raster, width, height)
  addPolygons(raster, letters, INK)
  addPolygons(raster, patches, PATCH)
  const pixels = new Uint8Array(width * height)
  shadePixels(raster, pixels)
  return { width, height, pixels, palette: shades(theme, stream) }
}

/** Position and size of a block in a picture: its letters keep clear of the border. */
function fit(box: ReturnType<typeof boundsOf>, width: number, height: number, stream: Stream) {
  const border = BORDER * height
  const roomX = width - 2 * border
  const roomY = height - 2 * border
  const tallest = Math.min(MAX_HEIGHT_SHARE * height, roomY / (box.bottom - box.top))
  // A code that is too long for its height is made narrow first, and lower by half as much; a short one is
  // made wide.
  const wanted = roomX / ((box.right - box.left) * tallest)
  const down = tallest * Math.sqrt(Math.min(1, wanted))
  const across = Math.min(MAX_STRETCH * down, roomX / (box.right - box.left))
  const x = border - box.left * across + stream.unit() * (roomX - (box.right - box.left) * across)
  const y = border - box.top * down + stream.unit() * (roomY - (box.bottom - box.top) * down)
  return { across, down, x, y }
}

function move({ points, length }: Shapes, { across, down, x, y }: ReturnType<typeof fit>): void {
  for (let i = 0; i < length; i += 2) {
    points[i] = points[i]! * across + x
    points[i + 1] = points[i + 1]! * down + y
  }
}
