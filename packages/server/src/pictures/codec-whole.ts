import { createInflate } from 'node:zlib'
import { createCanvas, type Image, loadImage } from '@napi-rs/canvas'
import { type Header, TRUNCATED, Unreadable } from './codec-header.ts'

/**
 * Decodes a picture, and refuses one that was cut short inside its pixels: decoders fill what is missing with
 * grey or black, and say nothing.
 * @throws Unreadable, and what the decoder throws
 */
export async function decodeWhole(bytes: Uint8Array, { format, coded }: Header): Promise<Image> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [first] = coded
  if (!first) return loadImage(file)
  if (format === 'PNG') {
    const parts = coded.map(({ start, end }) => file.subarray(start, end))
    if (!(await inflatesTo(parts, pngBytes(file)))) throw new Unreadable(TRUNCATED)
    return loadImage(file)
  }
  const [plain, longer] = format === 'JPEG' ? jpegs(file, first.end) : [file, longerWebp(file, first)]
  const image = await loadImage(plain)
  // A picture that has all its pixels is the same, whatever follows them.
  if (!isSame(image, await loadImage(longer))) throw new Unreadable(TRUNCATED)
  return image
}

/** Whether compressed data holds at least so many bytes. They are counted as they come, and not kept. */
async function inflatesTo(parts: Buffer[], wanted: number): Promise<boolean> {
  const inflate = createInflate()
  inflate.end(Buffer.concat(parts))
  let count = 0
  try {
    for await (const chunk of inflate) {
      count += (chunk as Buffer).length
      if (count >= wanted) return true
    }
  } catch {
    // Damaged, or ends too early.
  }
  return false
}

/** Samples of a pixel by PNG's colour type. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
/** First column and row of PNG's interlaced passes, and the steps from one to the next. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const

/** Bytes of a PNG's pixels before compression: each row has one more than its pixels need. */
function pngBytes(file: Buffer): number {
  const [width, height, depth, colour, interlaced] = [
    file.readUInt32BE(16),
    file.readUInt32BE(20),
    file[24]!,
    file[25]!,
    file[28] === 1,
  ]
  const bits = depth * (SAMPLES[colour] ?? 0)
  const passes = interlaced ? PASSES : [[0, 0, 1, 1] as const]
  let bytes = 0
  for (const [left, top, across, down] of passes) {
    const columns = Math.ceil((width - left) / across)
    const rows = Math.ceil((height - top) / down)
    bytes += rows * (1 + Math.ceil((columns * bits) / 8))
  }
  return bytes
}

/**
 * Bytes that any decoder takes for more pixels: noise without a byte of 255, separated by JPEG's eight
 * restart markers, one of which goes on where a file was cut between two of its parts.
 */
const MORE = Buffer.concat(
  Array.from({ length: 8 }, (_, part) => {
    const noise = Uint8Array.from(
      { length: 512 },
      (_, i) => (Math.imul(512 * part + i, 0x9e3779b1) >>> 13) % 251,
    )
    return Buffer.concat([noise, Buffer.from([0xff, 0xd0 + part])])
  }),
)
const JPEG_END = Buffer.from([0xff, 0xd9])

/** A JPEG with the marker of its end, which some lack; and the same with more behind its last scan. */
function jpegs(file: Buffer, end: number): [plain: Buffer, longer: Buffer] {
  const scans = file.subarray(0, end)
  const rest = end < file.length ? file.subarray(end) : JPEG_END
  return [Buffer.concat([scans, rest]), Buffer.concat([scans, MORE, rest])]
}

/** A WebP with more in the chunk of its pixels. */
function longerWebp(file: Buffer, { start, end }: { start: number; end: number }): Buffer {
  const longer = Buffer.concat([file.subarray(0, end), MORE, file.subarray(end)])
  longer.writeUInt32LE(end - start + MORE.length, start - 4)
  longer.writeUInt32LE(file.readUInt32LE(4) + MORE.length, 4)
  return longer
}

/** Rows that are compared at a time. */
const ROWS = 256

/** Whether two pictures have the same pixels. */
function isSame(one: Image, other: Image): boolean {
  const { width, height } = one
  if (width !== other.width || height !== other.height) return false
  const canvas = createCanvas(width, ROWS)
  const context = canvas.getContext('2d')
  for (let top = 0; top < height; top += ROWS) {
    const [a, b] = [one, other].map(image => {
      context.clearRect(0, 0, width, ROWS)
      context.drawImage(image, 0, -top)
      return Buffer.from(context.getImageData(0, 0, width, ROWS).data.buffer)
    })
    if (!a!.equals(b!)) return false
  }
  return true
}
