import { type Canvas, createCanvas, type Image, type SKRSContext2D } from '@napi-rs/canvas'
import { CaptchaError, PICTURE_SIZE, type Subject } from '@upright/core'
import { type Header, readHeader, Unreadable } from './codec-header.ts'
import { decodeWhole } from './codec-whole.ts'
import { type Fingerprints, fingerprintsOf } from './fingerprint.ts'
import { machineEaseOf } from './machine-ease.ts'
import { subjectOf } from './saliency.ts'

/** Limits of accepted pictures, both inclusive. */
export const LIMITS = {
  bytes: 20_000_000,
  /** A picture's pixels take four bytes each while it is read. */
  pixels: 50_000_000,
  longest: 12_000,
  shortest: 200,
} as const

/** Quality of a prepared picture's WebP: no difference is seen, and none survives the noise of a disc. */
const WEBP_QUALITY = 85

/** A picture that was read, upright. */
export interface ReadPicture {
  format: Header['format']
  /** Pixels. */
  width: number
  height: number
  image: Image | Canvas
}

/**
 * The square that is used of a picture, in parts of the picture. Where it would go beyond an edge, it is
 * moved back inside.
 */
export interface Crop {
  /** Its middle from the left, 0 … 1 of the width. @default 0.5 */
  x?: number | undefined
  /** Its middle from the top, 0 … 1 of the height. @default 0.5 */
  y?: number | undefined
  /** Its side, above 0 … 1 of the shorter side. @default 1 */
  side?: number | undefined
}

/** A picture as discs are made of, with what is seen from its pixels. */
export interface PreparedPicture extends Fingerprints {
  /** The source format. */
  format: Header['format']
  /** WebP, `PICTURE_SIZE` × `PICTURE_SIZE`, without anything of what else its file held. */
  bytes: Uint8Array
  /** Machine ease: the chance of a simple machine to see what is up, 0 … 1. */
  machineEase: number
  /** The box around what it shows. */
  subject: Subject
}

const bad = (detail: string, cause?: unknown) => new CaptchaError('bad_picture', detail, { cause })

/**
 * Reads a JPEG, PNG, WebP or AVIF, told by its content, and turns it as its EXIF says. Nothing is decoded
 * before its header was found within `LIMITS`.
 * @throws CaptchaError `bad_picture`
 */
export async function readPicture(bytes: Uint8Array): Promise<ReadPicture> {
  const header = checkHeader(bytes)
  let image: Image
  try {
    image = await decodeWhole(bytes, header)
  } catch (cause) {
    throw bad(cause instanceof Unreadable ? cause.message : 'it cannot be decoded', cause)
  }
  // The decoder has turned some already.
  const sides = (size: { width: number; height: number }) =>
    [size.width, size.height].sort((a, b) => a - b).join()
  if (sides(image) !== sides(header)) {
    throw bad(
      `its header says ${header.width} × ${header.height}, but it is ${image.width} × ${image.height}`,
    )
  }
  const { format, orientation } = header
  const turned = orientation === 1 ? image : upright(image, orientation)
  return { format, width: turned.width, height: turned.height, image: turned }
}

function checkHeader(bytes: Uint8Array): Header {
  const { bytes: most, pixels, longest, shortest } = LIMITS
  if (bytes.length > most) throw bad(`it has ${bytes.length} bytes, more than ${most}`)
  let header: Header
  try {
    header = readHeader(bytes)
  } catch (cause) {
    if (cause instanceof Unreadable) throw bad(cause.message, cause)
    throw cause
  }
  const { width, height } = header
  const says = `its header says ${width} × ${height} pixels`
  if (width * height > pixels) throw bad(`${says}, more than ${pixels / 1e6} million`)
  if (Math.max(width, height) > longest) throw bad(`${says}, more than ${longest} on a side`)
  if (Math.min(width, height) < shortest) throw bad(`${says}, fewer than ${shortest} on its shorter side`)
  return header
}

/** For each of EXIF's orientations the matrix (a, b, c, d) that turns the stored picture upright. */
const ORIENTATION_MATRICES: Readonly<Record<number, readonly [number, number, number, number]>> = {
  2: [-1, 0, 0, 1],
  3: [-1, 0, 0, -1],
  4: [1, 0, 0, -1],
  5: [0, 1, 1, 0],
  6: [0, 1, -1, 0],
  7: [0, -1, -1, 0],
  8: [0, -1, 1, 0],
}

function upright(image: Image, orientation: number): Canvas {
  const { width, height } = image
  const [a, b, c, d] = ORIENTATION_MATRICES[orientation]!
  const canvas = a === 0 ? createCanvas(height, width) : createCanvas(width, height)
  const context = canvas.getContext('2d')
  // Moved back to where nothing of it has a negative place.
  context.setTransform(a, b, c, d, a + c < 0 ? canvas.width : 0, b + d < 0 ? canvas.height : 0)
  context.drawImage(image, 0, 0)
  return canvas
}

/**
 * Makes a picture ready for discs: upright, cut to a square, `PICTURE_SIZE` on a side, what is transparent
 * white.
 * @throws CaptchaError `bad_picture`
 */
export async function preparePicture(bytes: Uint8Array, crop: Crop = {}): Promise<PreparedPicture> {
  const picture = await readPicture(bytes)
  const { left, top, side } = squareOf(picture, crop)
  const canvas = createCanvas(PICTURE_SIZE, PICTURE_SIZE)
  const context = canvas.getContext('2d')
  context.fillStyle = '#fff'
  context.fillRect(0, 0, PICTURE_SIZE, PICTURE_SIZE)
  // From pictures half as large and so on, which the canvas makes: nothing fine turns into something coarse.
  context.imageSmoothingQuality = 'high'
  context.drawImage(picture.image, left, top, side, side, 0, 0, PICTURE_SIZE, PICTURE_SIZE)
  const seen = describe(context)
  return { format: picture.format, bytes: await canvas.encode('webp', WEBP_QUALITY), ...seen }
}

/** Features of a picture. */
export type Description = Omit<PreparedPicture, 'format' | 'bytes'>

/** Features of a prepared picture. @throws CaptchaError `bad_picture` */
export async function describePicture(bytes: Uint8Array): Promise<Description> {
  const { width, height, image } = await readPicture(bytes)
  if (width !== PICTURE_SIZE || height !== PICTURE_SIZE) {
    throw bad(`it has ${width} × ${height} pixels, not ${PICTURE_SIZE} × ${PICTURE_SIZE}`)
  }
  const context = createCanvas(width, height).getContext('2d')
  context.drawImage(image, 0, 0)
  return describe(context)
}

function squareOf({ width, height }: ReadPicture, { x = 0.5, y = 0.5, side = 1 }: Crop) {
  if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1 && side > 0 && side <= 1)) {
    throw bad('its crop must have x and y from 0 to 1, and a side above 0 up to 1')
  }
  const pixels = Math.min(width, height) * side
  if (pixels < LIMITS.shortest) {
    throw bad(`its crop has ${Math.floor(pixels)} pixels on a side, fewer than ${LIMITS.shortest}`)
  }
  const start = (middle: number, length: number) =>
    Math.min(length - pixels, Math.max(0, middle * length - pixels / 2))
  return { left: start(x, width), top: start(y, height), side: pixels }
}

function describe(context: SKRSContext2D): Description {
  const { data } = context.getImageData(0, 0, PICTURE_SIZE, PICTURE_SIZE)
  return {
    ...fingerprintsOf(data, PICTURE_SIZE),
    machineEase: machineEaseOf(data, PICTURE_SIZE),
    subject: subjectOf(data, PICTURE_SIZE),
  }
}
