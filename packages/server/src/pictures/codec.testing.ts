import { crc32 } from 'node:zlib'
import { type Canvas, createCanvas } from '@napi-rs/canvas'

/** Fresh numbers 0 … 1 from a seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A picture to test with: another seed, another picture; the same seed in another size, the same picture. */
export function scene(seed: number, width = 640, height = 480): Canvas {
  const next = numbers(seed + 1)
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  context.scale(width, height)
  const colour = () => `rgb(${[next(), next(), next()].map(part => Math.floor(part * 256)).join()})`
  context.fillStyle = colour()
  context.fillRect(0, 0, 1, 1)
  for (let i = 0; i < 30; i++) {
    context.fillStyle = colour()
    context.beginPath()
    context.ellipse(next(), next(), 0.05 + next() / 4, 0.05 + next() / 4, next() * Math.PI, 0, 2 * Math.PI)
    context.fill()
  }
  return canvas
}

/** A picture whose quarters are red, green, blue and white, row by row: it shows how it was turned. */
export function quarters(width = 480, height = 320): Canvas {
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  ;['#f00', '#0f0', '#00f', '#fff'].forEach((colour, i) => {
    context.fillStyle = colour
    context.fillRect(((i % 2) * width) / 2, (Math.floor(i / 2) * height) / 2, width / 2, height / 2)
  })
  return canvas
}

/** The letters of the colours in a picture's quarters, row by row: `rgbw` where nothing was turned. */
export function cornersOf(canvas: Canvas): string {
  const context = canvas.getContext('2d')
  const { width, height } = canvas
  const names: Record<string, string> = { 100: 'r', 10: 'g', 1: 'b', 111: 'w' }
  const places = [
    [0.25, 0.25],
    [0.75, 0.25],
    [0.25, 0.75],
    [0.75, 0.75],
  ] as const
  return places
    .map(([x, y]) => {
      const [r, g, b] = context.getImageData(Math.floor(x * width), Math.floor(y * height), 1, 1).data
      return names[100 * +(r! > 128) + 10 * +(g! > 128) + +(b! > 128)] ?? '?'
    })
    .join('')
}

/** EXIF's own bytes (a TIFF, big or little end first) with nothing but an orientation. */
export function exif(orientation: number, little = false): Buffer {
  const tiff = Buffer.alloc(26)
  tiff.write(little ? 'II' : 'MM')
  const u16 = (value: number, at: number) =>
    little ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at)
  const u32 = (value: number, at: number) =>
    little ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at)
  u16(42, 2)
  u32(8, 4)
  u16(1, 8)
  u16(0x112, 10)
  u16(3, 12)
  u32(1, 14)
  u16(orientation, 18)
  return tiff
}

/** A JPEG with a segment put after its beginning. */
export function withSegment(jpeg: Buffer, marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(content.length + 2, 2)
  return Buffer.concat([jpeg.subarray(0, 2), head, content, jpeg.subarray(2)])
}

/** A PNG's chunk with its checksum. */
export function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), content])
  const numbers = Buffer.alloc(8)
  numbers.writeUInt32BE(content.length, 0)
  numbers.writeUInt32BE(crc32(named), 4)
  return Buffer.concat([numbers.subarray(0, 4), named, numbers.subarray(4)])
}

/** The chunks of a WebP. */
export function chunksOf(webp: Buffer): [type: string, content: Buffer][] {
  const chunks: [string, Buffer][] = []
  for (let at = 12; at < webp.length; ) {
    const length = webp.readUInt32LE(at + 4)
    chunks.push([webp.toString('latin1', at, at + 4), webp.subarray(at + 8, at + 8 + length)])
    at += 8 + length + (length % 2)
  }
  return chunks
}

/** A WebP of chunks. */
export function webpOf(chunks: [type: string, content: Buffer][]): Buffer {
  const parts = chunks.map(([type, content]) => {
    const head = Buffer.alloc(8)
    head.write(type)
    head.writeUInt32LE(content.length, 4)
    return Buffer.concat([head, content, Buffer.alloc(content.length % 2)])
  })
  const body = Buffer.concat([Buffer.from('WEBP'), ...parts])
  const head = Buffer.alloc(8)
  head.write('RIFF')
  head.writeUInt32LE(body.length, 4)
  return Buffer.concat([head, body])
}

/** An AVIF of one picture, as libavif writes it, with one more property of that picture. */
export function withProperty(avif: Buffer, property: Buffer): Buffer {
  const file = Buffer.from(avif)
  const box = (type: string) => file.indexOf(type, 0, 'latin1') - 4
  const grow = (type: string, by: number) => file.writeUInt32BE(file.readUInt32BE(box(type)) + by, box(type))
  const end = box('ipco') + file.readUInt32BE(box('ipco'))
  let number = 1
  for (let at = box('ipco') + 8; at < end; at += file.readUInt32BE(at)) number++
  // After length, type, version, count of pictures and the picture's number: how many properties it has, and
  // which.
  const count = box('ipma') + 18
  const last = count + 1 + file[count]!
  const [data, locations] = [box('mdat') + 8, box('iloc')]
  for (let at = locations; at < locations + file.readUInt32BE(locations) - 3; at++) {
    if (file.readUInt32BE(at) === data) file.writeUInt32BE(data + property.length + 1, at)
  }
  file[count]!++
  grow('ipco', property.length)
  grow('ipma', 1)
  for (const type of ['iprp', 'meta']) grow(type, property.length + 1)
  const marked = Buffer.from([0x80 | number])
  return Buffer.concat([
    file.subarray(0, end),
    property,
    file.subarray(end, last),
    marked,
    file.subarray(last),
  ])
}
