import { crc32, inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { keyedStream } from '../random.ts'
import { drawCode } from './picture.ts'
import { type Bitmap, contactSheet, encodePng } from './png.ts'

/** The chunks of a PNG; fails where lengths or checksums do not fit. */
function chunks(png: Uint8Array): Map<string, Buffer> {
  const file = Buffer.from(png)
  expect(file.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
  const found = new Map<string, Buffer>()
  let at = 8
  while (at < file.length) {
    const end = at + 8 + file.readUInt32BE(at)
    expect(file.readUInt32BE(end)).toBe(crc32(file.subarray(at + 4, end)))
    found.set(file.toString('latin1', at + 4, at + 8), file.subarray(at + 8, end))
    at = end + 4
  }
  expect(at).toBe(file.length)
  expect([...found.keys()].at(-1)).toBe('IEND')
  return found
}

/** The pixels of a palette PNG of four bits. */
function decode(png: Uint8Array): Bitmap {
  const parts = chunks(png)
  const header = parts.get('IHDR')!
  expect([...header.subarray(8)]).toEqual([4, 3, 0, 0, 0])
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const rows = inflateSync(parts.get('IDAT')!)
  const stride = 1 + Math.ceil(width / 2)
  expect(rows.length).toBe(stride * height)
  const pixels = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    const byte = rows[y * stride + 1 + (x >> 1)]!
    return x % 2 ? byte & 15 : byte >> 4
  })
  const colours = parts.get('PLTE')!
  const palette = Array.from({ length: colours.length / 3 }, (_, i) => colours.readUIntBE(3 * i, 3))
  return { width, height, pixels, palette }
}

const stream = (n: number) => keyedStream(Buffer.alloc(32, n))

describe('a picture file', () => {
  it.each([
    [200, 70],
    [201, 71],
    [61, 25],
  ])('of %i × %i pixels holds the pixels it was made of', (width, height) => {
    const bitmap = drawCode('AB12', { width, height }, stream(1))
    expect(decode(encodePng(bitmap))).toEqual({ ...bitmap, palette: [...bitmap.palette] })
  })

  it('is small: 200 × 70 pixels take less than 4 kB', () => {
    const sizes = Array.from({ length: 200 }, (_, i) => encodePng(drawCode('K7MX2AHE', {}, stream(i))).length)
    expect(Math.max(...sizes)).toBeLessThan(4096)
  })
})

describe('a contact sheet', () => {
  it('shows every bitmap at its place on white', () => {
    const bitmap = (colour: number): Bitmap => ({
      width: 2,
      height: 1,
      pixels: new Uint8Array(2),
      palette: [colour],
    })
    const parts = chunks(contactSheet([bitmap(0x112233), bitmap(0x445566), bitmap(0x778899)], 2))
    const header = parts.get('IHDR')!
    const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
    expect([width, height]).toEqual([2 * 10 + 8, 2 * 9 + 8])
    const rows = inflateSync(parts.get('IDAT')!)
    const at = (x: number, y: number) => rows.readUIntBE(y * (1 + 3 * width) + 1 + 3 * x, 3)
    expect([at(8, 8), at(18, 8), at(9, 17)]).toEqual([0x112233, 0x445566, 0x778899])
    expect([at(0, 0), at(10, 8), at(18, 17)]).toEqual([0xffffff, 0xffffff, 0xffffff])
  })

  it('of nothing is a white sheet', () => {
    expect(chunks(contactSheet([], 4)).get('IHDR')!.readUInt32BE(0)).toBeGreaterThan(0)
  })
})
