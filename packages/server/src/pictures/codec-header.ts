import { crc32 } from 'node:zlib'

/**
 * What a picture's file says of itself, read without decoding anything. Decoders forgive: they show half of a
 * file that was cut short, and skip what they do not understand until they find a size. This reader does not,
 * so that what it says is what a decoder will find. What comes after the pixels is not needed: it may be
 * missing, or be of any kind.
 */
export interface Header {
  format: 'JPEG' | 'PNG' | 'WebP' | 'AVIF'
  /** Pixels, as they are stored: before any turn that the file asks for. */
  width: number
  height: number
  /** EXIF's orientation, 1 … 8, where the decoder leaves it to us; else 1. */
  orientation: number
  /** Where the compressed pixels are; nothing where the decoder refuses too few of them itself. */
  coded: readonly Place[]
}

/** Bytes of a file, from `start` to before `end`. */
interface Place {
  start: number
  end: number
}

type Read = Pick<Header, 'width' | 'height'> & Partial<Header>

/** Why a file is not read; its message ends a sentence. */
export class Unreadable extends Error {}

/** Why a file is refused that lacks a part of its picture, or has something wrong in it. */
export const TRUNCATED = 'it is damaged or was cut short'
const ANIMATED = 'it is animated'

/** The header of a whole file in one of the four formats. @throws Unreadable */
export function readHeader(bytes: Uint8Array): Header {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (file.length === 0) throw new Unreadable('it is empty')
  const format = FORMATS.find(({ test }) => test(file))
  if (!format) throw new Unreadable(`it is ${nameOf(file)}, not JPEG, PNG, WebP or AVIF`)
  try {
    return { format: format.name, orientation: 1, coded: [], ...format.read(file) }
  } catch (error) {
    // Beyond the file's end there is nothing to read.
    if (error instanceof RangeError) throw new Unreadable(TRUNCATED)
    throw error
  }
}

const ascii = (file: Buffer, start: number, length: number) => file.toString('latin1', start, start + length)

const FORMATS: {
  name: Header['format']
  test(file: Buffer): boolean
  read(file: Buffer): Read
}[] = [
  { name: 'JPEG', test: file => file.length > 2 && file.readUIntBE(0, 3) === 0xffd8ff, read: readJpeg },
  { name: 'PNG', test: file => ascii(file, 0, 8) === '\x89PNG\r\n\x1a\n', read: readPng },
  {
    name: 'WebP',
    test: file => ascii(file, 0, 4) === 'RIFF' && ascii(file, 8, 4) === 'WEBP',
    read: readWebp,
  },
  {
    name: 'AVIF',
    test: file => ascii(file, 4, 4) === 'ftyp' && brands(file).some(brand => /^avi[fs]$/.test(brand)),
    read: readAvif,
  },
]

/** The kinds of file that an ISO container says it is, four letters each. */
const brands = (file: Buffer) => {
  const text = ascii(file, 8, Math.min(file.readUInt32BE(0), 256) - 8)
  return Array.from(text.matchAll(/.{4}/gs), String)
}

/** The format of a file that is none of the four, for the message of the refusal. */
function nameOf(file: Buffer): string {
  const start = ascii(file, 0, 256)
  if (/^GIF8/.test(start)) return 'a GIF'
  if (/^(II\*\0|MM\0\*)/.test(start)) return 'a TIFF'
  if (/^BM/.test(start)) return 'a BMP'
  if (/^%PDF/.test(start)) return 'a PDF'
  if (/^.{4}ftyp(hei|hev|mif1|msf1)/s.test(start)) return 'HEIC'
  if (/^\s*(\xef\xbb\xbf)?<(\?xml|!doctype svg|svg)/i.test(start)) return 'an SVG or XML'
  if (/^\s*<(!doctype html|html)/i.test(start)) return 'a web page'
  return 'something else'
}

/**
 * Markers of a frame's header. Not every process is decoded by everybody, but all have their size in the same
 * place.
 */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
const [END, SCAN] = [0xd9, 0xda]
/** More bits than a coefficient has. */
const ALL_BITS = 255

/**
 * Reads every segment to the end of the picture; what cameras put after that does not matter. Some write no
 * marker of the end: then every coefficient must have come.
 */
function readJpeg(file: Buffer): Read {
  let size: Read | undefined
  let first: number | undefined
  /** Bits of each component's 64 coefficients that no scan has sent yet. */
  const missing = new Map<number, Uint8Array>()
  const isComplete = () => [...missing.values()].every(bits => bits.every(count => count === 0))
  let at = 2
  for (;;) {
    const coded = [{ start: first ?? at, end: at }]
    if (at === file.length && size && isComplete()) return { ...size, coded }
    if (file.readUInt8(at) !== 0xff) throw new Unreadable(TRUNCATED)
    // Any number of bytes of 255 may stand before a marker.
    while (file.readUInt8(at) === 0xff) at++
    const marker = file.readUInt8(at++)
    if (marker === END && size) return { ...size, coded }
    if (marker <= 0x01 || (marker >= 0xd0 && marker <= END)) throw new Unreadable(TRUNCATED)
    const length = file.readUInt16BE(at)
    if (length < 2) throw new Unreadable(TRUNCATED)
    if (isFrame(marker)) {
      if (size) throw new Unreadable('it holds two pictures')
      size = { height: file.readUInt16BE(at + 3), width: file.readUInt16BE(at + 5) }
      for (let i = 0; i < file.readUInt8(at + 7); i++) {
        missing.set(file.readUInt8(at + 8 + 3 * i), new Uint8Array(64).fill(ALL_BITS))
      }
    }
    if (marker === SCAN) {
      const count = file.readUInt8(at + 2)
      const [from, to, bits] = file.subarray(at + 3 + 2 * count, at + 6 + 2 * count)
      // The lower half is the place of the lowest bit that the scan sends.
      for (let i = 0; i < count; i++)
        missing.get(file.readUInt8(at + 3 + 2 * i))?.fill(bits! & 15, from!, to! + 1)
    }
    at += length
    if (marker !== SCAN) continue
    first ??= at
    at = endOfScan(file, at)
  }
}

/**
 * Where a scan ends: at a marker that is neither a byte of 255 nor the sign of a restart, or with the file.
 */
function endOfScan(file: Buffer, start: number): number {
  for (let at = start; ; at += 2) {
    at = file.indexOf(0xff, at)
    if (at < 0) return file.length
    const next = file[at + 1] ?? 0
    if (next !== 0 && (next < 0xd0 || next > 0xd7)) return at
  }
}

/**
 * Reads every chunk with its checksum, as far as the pixels need. Orientation is in a chunk of its own, which
 * the decoder leaves to us.
 */
function readPng(file: Buffer): Read {
  let head: Buffer | undefined
  let orientation = 1
  const coded: Place[] = []
  for (let at = 8, type = ''; type !== 'IEND'; ) {
    type = ascii(file, at + 4, 4)
    const start = at + 8
    const end = start + (at + 4 <= file.length ? file.readUInt32BE(at) : 0)
    // Behind the pixels there is nothing that a picture needs.
    if (coded.length > 0 && type !== 'IDAT' && end + 4 > file.length) break
    if (file.readUInt32BE(end) !== crc32(file.subarray(at + 4, end))) throw new Unreadable(TRUNCATED)
    const isHeader = type === 'IHDR' && end - start === 13
    if (isHeader !== !head) throw new Unreadable(TRUNCATED)
    if (isHeader) head = file.subarray(start, end)
    if (type === 'IDAT') coded.push({ start, end })
    if (type === 'eXIf') orientation = exifOrientation(file.subarray(start, end))
    if (type === 'acTL' && file.readUInt32BE(start) > 1) throw new Unreadable(ANIMATED)
    at = end + 4
  }
  const [width, height] = [head!.readUInt32BE(0), head!.readUInt32BE(4)]
  return { width, height, orientation, coded }
}

/** Reads every chunk within the length that the file gives itself; those behind the pixels may be missing. */
function readWebp(file: Buffer): Read {
  const end = Math.min(8 + file.readUInt32LE(4), file.length)
  const chunks: Record<string, Place> = {}
  for (let at = 12; at + 8 <= end; ) {
    const start = at + 8
    const length = file.readUInt32LE(at + 4)
    if (start + length > end) break
    chunks[ascii(file, at, 4)] ??= { start, end: start + length }
    at = start + length + (length % 2)
  }
  if (chunks.ANIM || chunks.ANMF) throw new Unreadable(ANIMATED)
  const { VP8X: extended, 'VP8 ': lossy, VP8L: lossless } = chunks
  // Of lossless pixels the decoder refuses too few.
  const coded = lossy ? [lossy] : []
  if (lossy ?? lossless) {
    if (extended) {
      const at = extended.start
      return { width: 1 + file.readUIntLE(at + 4, 3), height: 1 + file.readUIntLE(at + 7, 3), coded }
    }
    if (lossy) {
      const at = lossy.start
      return { width: file.readUInt16LE(at + 6) & 0x3fff, height: file.readUInt16LE(at + 8) & 0x3fff, coded }
    }
    const bits = file.readUInt32LE(lossless!.start + 1)
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff), coded }
  }
  throw new Unreadable(TRUNCATED)
}

/**
 * The boxes of a type, without their own length and type. What comes after the one that is wanted is not
 * looked at.
 */
function* boxes(file: Buffer, start: number, end: number, type: string): Generator<Place> {
  for (let at = start; at < end; ) {
    const short = file.readUInt32BE(at)
    const long = short === 1
    const length = long ? Number(file.readBigUInt64BE(at + 8)) : short === 0 ? end - at : short
    const content = at + (long ? 16 : 8)
    if (at + length > end || at + length < content) throw new Unreadable(TRUNCATED)
    if (ascii(file, at + 4, 4) === type) yield { start: content, end: at + length }
    at += length
  }
}

/**
 * The largest picture in the file: what its others are, such as transparency or a preview, is smaller or as
 * large.
 */
function readAvif(file: Buffer): Read {
  if (brands(file).includes('avis')) throw new Unreadable(ANIMATED)
  const [meta] = boxes(file, 0, file.length, 'meta')
  // `meta` has a version before its boxes.
  const [properties] = meta ? boxes(file, meta.start + 4, meta.end, 'iprp') : []
  const [container] = properties ? boxes(file, properties.start, properties.end, 'ipco') : []
  const sizes = container ? boxes(file, container.start, container.end, 'ispe') : []
  let largest: Read | undefined
  for (const { start } of sizes) {
    const [width, height] = [file.readUInt32BE(start + 4), file.readUInt32BE(start + 8)]
    if (!largest || width * height > largest.width * largest.height) largest = { width, height }
  }
  if (!largest) throw new Unreadable(TRUNCATED)
  return largest
}

/**
 * The orientation in EXIF's own bytes (a TIFF): the first directory's tag 0x112. What is wrong there counts
 * as upright.
 */
function exifOrientation(tiff: Buffer): number {
  try {
    const little = ascii(tiff, 0, 2) === 'II'
    const u16 = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
    const directory = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4)
    for (let i = 0; i < u16(directory); i++) {
      const entry = directory + 2 + 12 * i
      if (u16(entry) !== 0x112) continue
      const orientation = u16(entry + 8)
      return orientation >= 1 && orientation <= 8 ? orientation : 1
    }
  } catch {
    // Shorter than it says.
  }
  return 1
}
