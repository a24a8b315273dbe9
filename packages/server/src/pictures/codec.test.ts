import { deflateSync } from 'node:zlib'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { PICTURE_SIZE } from '@upright/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JPEGS } from './codec.testing.data.ts'
import {
  chunk,
  chunksOf,
  cornersOf,
  exif,
  quarters,
  scene,
  webpOf,
  withProperty,
  withSegment,
} from './codec.testing.ts'
import { describePicture, LIMITS, preparePicture, readPicture } from './codec.ts'
import { near } from './fingerprint.ts'

const FORMATS = ['jpeg', 'png', 'webp', 'avif'] as const
const encode = (canvas: ReturnType<typeof scene>, format: (typeof FORMATS)[number]) =>
  canvas.encodeSync(format as 'webp', 90)
const refused = (detail: string) => ({ code: 'bad_picture', message: expect.stringContaining(detail) })

/** What is seen of a file's picture as it is read. */
async function seen(bytes: Uint8Array): Promise<[width: number, height: number, corners: string]> {
  const { width, height, image } = await readPicture(bytes)
  const canvas = createCanvas(width, height)
  canvas.getContext('2d').drawImage(image, 0, 0)
  return [width, height, cornersOf(canvas)]
}

/** What EXIF's orientations make of `quarters`. */
const ORIENTED_QUARTERS: [orientation: number, seen: [number, number, string]][] = [
  [1, [480, 320, 'rgbw']],
  [2, [480, 320, 'grwb']],
  [3, [480, 320, 'wbgr']],
  [4, [480, 320, 'bwrg']],
  [5, [320, 480, 'rbgw']],
  [6, [320, 480, 'brwg']],
  [7, [320, 480, 'wgbr']],
  [8, [320, 480, 'gwrb']],
]
const jpegTurned = (orientation: number, little = false) =>
  withSegment(
    quarters().encodeSync('jpeg', 90),
    0xe1,
    Buffer.concat([Buffer.from('Exif\0\0'), exif(orientation, little)]),
  )
function pngTurned(orientation: number, little = false): Buffer {
  const png = quarters().encodeSync('png')
  return Buffer.concat([png.subarray(0, 33), chunk('eXIf', exif(orientation, little)), png.subarray(33)])
}
function webpTurned(orientation: number): Buffer {
  const chunks = chunksOf(quarters().encodeSync('webp', 90))
  const [type, head] = chunks[0]!
  expect(type).toBe('VP8X')
  const flags = Buffer.from(head)
  flags[0]! |= 8
  return webpOf([['VP8X', flags], ...chunks.slice(1), ['EXIF', exif(orientation)]])
}
/** JPEG files of four colours, each coded in another way. */
const jpegs = () => ({
  plain: quarters().encodeSync('jpeg', 90),
  progressive: Buffer.from(JPEGS.progressive, 'base64'),
  restarting: Buffer.from(JPEGS.restarting, 'base64'),
})
/** A PNG of 300 × 300 pixels from its rows, with chunks behind and before them. */
function pngOf(
  rows: Buffer,
  after: Buffer[] = [],
  before: Buffer[] = [],
  { depth = 8, colour = 2, interlaced = 0 } = {},
): Buffer {
  const head = Buffer.from([0, 0, 1, 44, 0, 0, 1, 44, depth, colour, 0, 0, interlaced])
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  const pixels = chunk('IDAT', deflateSync(rows))
  const end = chunk('IEND', Buffer.alloc(0))
  return Buffer.concat([signature, chunk('IHDR', head), ...before, pixels, ...after, end])
}
const box = (type: string, value: number) => Buffer.from([0, 0, 0, 9, ...Buffer.from(type), value])

describe('reading a picture', () => {
  it.each(FORMATS)('knows a %s by its content, also as a plain array of bytes', async format => {
    const bytes = encode(quarters(), format)
    expect(await seen(bytes)).toEqual([480, 320, 'rgbw'])
    expect(await seen(new Uint8Array(bytes))).toEqual([480, 320, 'rgbw'])
  })

  it.each(ORIENTED_QUARTERS)(
    'honours EXIF orientation %i in JPEG, PNG and WebP',
    async (orientation, expected) => {
      expect(await seen(jpegTurned(orientation))).toEqual(expected)
      expect(await seen(jpegTurned(orientation, true))).toEqual(expected)
      expect(await seen(pngTurned(orientation))).toEqual(expected)
      expect(await seen(pngTurned(orientation, true))).toEqual(expected)
      expect(await seen(webpTurned(orientation))).toEqual(expected)
    },
  )

  it.each([
    ['irot', 1, [320, 480, 'gwrb']],
    ['irot', 2, [480, 320, 'wbgr']],
    ['irot', 3, [320, 480, 'brwg']],
    ['imir', 1, [480, 320, 'grwb']],
  ] as const)("honours AVIF's own %s = %i", async (type, value, expected) => {
    const avif = quarters().encodeSync('avif')
    expect(await seen(withProperty(avif, box(type, value)))).toEqual(expected)
  })

  it.each([0, 9, 65_535])('takes an orientation that does not exist (%i) for upright', async orientation => {
    expect(await seen(jpegTurned(orientation))).toEqual([480, 320, 'rgbw'])
    expect(await seen(pngTurned(orientation))).toEqual([480, 320, 'rgbw'])
  })

  it('reads lossless and plain WebP, and what cameras put after a JPEG', async () => {
    const chunks = chunksOf(quarters().encodeSync('webp', 90))
    const plain = webpOf(chunks.filter(([type]) => type === 'VP8 '))
    expect(await seen(plain)).toEqual([480, 320, 'rgbw'])
    const lossless = webpOf(
      chunksOf(quarters().encodeSync('webp', 100)).filter(([type]) => type.startsWith('VP8')),
    )
    expect(await seen(lossless)).toEqual([480, 320, 'rgbw'])
    const jpeg = quarters().encodeSync('jpeg', 90)
    expect(await seen(Buffer.concat([jpeg, scene(1).encodeSync('jpeg', 90)]))).toEqual([480, 320, 'rgbw'])
  })

  it.each(FORMATS)('reads a %s with something behind it', async format => {
    for (const rest of [Buffer.alloc(1), Buffer.alloc(7), Buffer.from('<html>not found</html>')]) {
      expect(await seen(Buffer.concat([encode(quarters(), format), rest]))).toEqual([480, 320, 'rgbw'])
    }
  })

  it.each(Object.entries(jpegs()))('reads a %s JPEG that lacks the marker of its end', async (_, jpeg) => {
    const expected = await seen(jpeg)
    expect(expected[2]).toBe('rgbw')
    const bare = jpeg.subarray(0, -2)
    expect(jpeg.subarray(-2).toString('hex')).toBe('ffd9')
    for (const end of [[], [0xff], [0, 0, 0, 0]]) {
      expect(await seen(Buffer.concat([bare, Buffer.from(end)]))).toEqual(expected)
    }
  })

  it('reads a PNG and a WebP of which nothing but the end is missing', async () => {
    const png = pngOf(Buffer.alloc(300 * (300 * 3 + 1)), [chunk('tEXt', Buffer.from('Title\0Rex'))])
    for (const missing of [1, 11, 12, 13, 20]) await readPicture(png.subarray(0, -missing))
    const webp = webpTurned(1)
    for (const missing of [1, 20]) expect(await seen(webp.subarray(0, -missing))).toEqual([480, 320, 'rgbw'])
  })

  it('reads an animation of one frame', async () => {
    await readPicture(
      pngOf(Buffer.alloc(300 * (300 * 3 + 1)), [], [chunk('acTL', Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]))]),
    )
  })

  it.each([
    ['grey of one bit', 1, 0, 0, 300 * (38 + 1)],
    ['grey of sixteen bits', 16, 0, 0, 300 * (600 + 1)],
    ['grey with transparency', 8, 4, 0, 300 * (600 + 1)],
    ['colours of sixteen bits with transparency', 16, 6, 0, 300 * (2400 + 1)],
    // Passes of 38², 37 × 38, 75 × 37, 75², 150 × 75, 150² and 300 × 150 pixels.
    ['interlaced colours', 8, 2, 1, 270_000 + 38 + 38 + 37 + 75 + 75 + 150 + 150],
  ])('counts the bytes of a PNG: %s', async (_, depth, colour, interlaced, bytes) => {
    const kind = { depth, colour, interlaced }
    await readPicture(pngOf(Buffer.alloc(bytes), [], [], kind))
    await expect(readPicture(pngOf(Buffer.alloc(bytes - 1), [], [], kind))).rejects.toMatchObject(
      refused('cut short'),
    )
  })
})

describe('a file that is refused', () => {
  it.each<[string, string | Buffer, string]>([
    ['nothing', '', 'it is empty'],
    ['a text', 'not a picture', 'it is something else, not JPEG, PNG, WebP or AVIF'],
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"/>', 'it is an SVG'],
    ['a web page', '<!doctype html><title>404</title>', 'it is a web page'],
    ['a GIF', quarters().encodeSync('gif'), 'it is a GIF'],
    ['HEIC', '\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'it is HEIC'],
    ['three bytes of JPEG', Buffer.from([0xff, 0xd8, 0xff]), 'cut short'],
    [
      'a JPEG signature before nonsense',
      Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(999)]),
      'cut short',
    ],
    ['a small picture', scene(1, 640, 199).encodeSync('jpeg', 90), '640 × 199 pixels, fewer than 200'],
    [
      'a long picture',
      scene(1, 12_001, 200).encodeSync('png'),
      '12001 × 200 pixels, more than 12000 on a side',
    ],
    ['many bytes', Buffer.alloc(LIMITS.bytes + 1), '20000001 bytes, more than 20000000'],
  ])('is %s', async (_, content, detail) => {
    await expect(readPicture(Buffer.from(content as string))).rejects.toMatchObject(refused(detail))
  })

  it.each(FORMATS)('is a %s cut short anywhere', async format => {
    const bytes = encode(scene(2, 300, 240), format)
    for (const part of [0.99, 0.9, 0.5, 0.1, 0.01]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * part))
      await expect(readPicture(cut)).rejects.toMatchObject({ code: 'bad_picture' })
    }
  })

  it.each(Object.entries(jpegs()))(
    'is a %s JPEG cut short anywhere, also when its end was put back',
    async (_, jpeg) => {
      const end = jpeg.subarray(-2)
      for (let missing = 12; missing < jpeg.length; missing += Math.ceil(jpeg.length / 19)) {
        const cut = jpeg.subarray(0, -missing)
        await expect(readPicture(cut)).rejects.toMatchObject({ code: 'bad_picture' })
        await expect(readPicture(Buffer.concat([cut, end]))).rejects.toMatchObject({ code: 'bad_picture' })
      }
    },
  )

  it('is a JPEG that ends between two of its scans', async () => {
    const { progressive } = jpegs()
    // The last scan and its table.
    const last = progressive.lastIndexOf(Buffer.from([0xff, 0xc4]))
    await expect(readPicture(progressive.subarray(0, last))).rejects.toMatchObject(refused('cut short'))
  })

  it('is a PNG or a WebP with fewer pixels than it should have, whole as a file', async () => {
    const png = pngOf(Buffer.alloc(300 * 901 - 1))
    await expect(readPicture(png)).rejects.toMatchObject(refused('cut short'))
    const damaged = pngOf(Buffer.alloc(0))
    const data = damaged.indexOf('IDAT') + 4
    const broken = Buffer.concat([
      damaged.subarray(0, data - 8),
      chunk('IDAT', Buffer.from('not deflate')),
      chunk('IEND', Buffer.alloc(0)),
    ])
    await expect(readPicture(broken)).rejects.toMatchObject(refused('cut short'))
    for (const quality of [90, 100]) {
      const chunks = chunksOf(scene(2, 300, 240).encodeSync('webp', quality))
      for (const missing of [20, 500, 2000]) {
        const cut = webpOf(
          chunks.map(([type, content]) => [
            type,
            /VP8[ L]/.test(type) ? content.subarray(0, -missing) : content,
          ]),
        )
        await expect(readPicture(cut)).rejects.toMatchObject({ code: 'bad_picture' })
      }
    }
  })

  it('is a damaged PNG', async () => {
    const png = scene(2, 300, 240).encodeSync('png')
    for (const at of [20, 45, png.length >> 1, png.length - 3]) {
      const damaged = Buffer.from(png)
      damaged[at]! ^= 0x10
      await expect(readPicture(damaged)).rejects.toMatchObject(refused('damaged'))
    }
  })

  it('is an animated WebP', async () => {
    const chunks = chunksOf(quarters().encodeSync('webp', 90))
    const animated = webpOf([...chunks, ['ANIM', Buffer.alloc(6)]])
    await expect(readPicture(animated)).rejects.toMatchObject(refused('it is animated'))
  })

  it('is an animated PNG', async () => {
    const frames = chunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]))
    const animated = pngOf(Buffer.alloc(300 * 901), [], [frames])
    await expect(readPicture(animated)).rejects.toMatchObject(refused('it is animated'))
  })

  it.each(['major', 'compatible'])('is an animated AVIF by its %s brand', async which => {
    const avif = quarters().encodeSync('avif')
    const at = which === 'major' ? 8 : 16
    expect(avif.toString('latin1', at, at + 4)).toMatch(/avif|mif1/)
    avif.write('avis', at)
    await expect(readPicture(avif)).rejects.toMatchObject(refused('it is animated'))
  })

  it('never throws anything but bad_picture, whatever is changed in a file', async () => {
    const files = FORMATS.map(format => encode(scene(3, 240, 220), format))
    const change = fc.record({ at: fc.double({ min: 0, max: 0.999, noNaN: true }), value: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(change, { minLength: 1, maxLength: 8 }),
        async (file, changes) => {
          const damaged = Buffer.from(file)
          // Where a file says what it is, most of the time: the rest is the decoder's.
          for (const { at, value } of changes) damaged[Math.floor(at * at * at * file.length)] = value
          await preparePicture(damaged).catch(error => expect(error).toMatchObject({ code: 'bad_picture' }))
        },
      ),
      { numRuns: 150, seed: 1 },
    )
  })
})

describe('a decompression bomb', () => {
  /** A PNG that says it has so many pixels, and holds a few rows of them. */
  function bombOf(width: number, height: number): Buffer {
    const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0])
    head.writeUInt32BE(width, 0)
    head.writeUInt32BE(height, 4)
    const rows = deflateSync(Buffer.alloc(width + 1))
    const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
    return Buffer.concat([
      signature,
      chunk('IHDR', head),
      chunk('IDAT', rows),
      chunk('IEND', Buffer.alloc(0)),
    ])
  }
  /** A JPEG whose frame says it has so many pixels. */
  function jpegOf(width: number, height: number): Buffer {
    const jpeg = quarters().encodeSync('jpeg', 90)
    const frame = [0xc0, 0xc2].map(marker => jpeg.indexOf(Buffer.from([0xff, marker]))).find(at => at > 0)!
    jpeg.writeUInt16BE(height, frame + 5)
    jpeg.writeUInt16BE(width, frame + 7)
    return jpeg
  }

  it.each([
    ['PNG', bombOf(50_000, 50_000)],
    ['JPEG', jpegOf(50_000, 50_000)],
    // A byte of padding before the first marker, by which readers that do not know of it are led astray.
    [
      'JPEG that hides it',
      Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), jpegOf(50_000, 50_000).subarray(2)]),
    ],
  ])('as %s is refused before anything is decoded', async (_, bytes) => {
    const before = process.memoryUsage.rss()
    const started = performance.now()
    await expect(readPicture(bytes)).rejects.toMatchObject(
      refused('50000 × 50000 pixels, more than 50 million'),
    )
    expect(performance.now() - started).toBeLessThan(500)
    expect(process.memoryUsage.rss() - before).toBeLessThan(50e6)
  })

  it('with a small size in front is found out', async () => {
    const chunks = chunksOf(scene(1, 900, 700).encodeSync('webp', 90))
    const head = Buffer.from(chunks[0]![1])
    head.writeUIntLE(299, 4, 3)
    head.writeUIntLE(299, 7, 3)
    await expect(readPicture(webpOf([['VP8X', head], ...chunks.slice(1)]))).rejects.toMatchObject({
      code: 'bad_picture',
    })
    const avif = scene(1, 900, 700).encodeSync('avif')
    const size = avif.indexOf('ispe') + 8
    avif.writeUInt32BE(300, size)
    avif.writeUInt32BE(300, size + 4)
    await expect(readPicture(avif)).rejects.toMatchObject({ code: 'bad_picture' })
  })
})

describe('preparing a picture', () => {
  it('makes a square WebP of its middle', async () => {
    const { bytes, fingerprint, machineEase } = await preparePicture(quarters(900, 600).encodeSync('png'))
    const image = await loadImage(bytes)
    expect([image.width, image.height]).toEqual([PICTURE_SIZE, PICTURE_SIZE])
    expect(bytes.length).toBeLessThan(30_000)
    expect(await seen(bytes)).toEqual([448, 448, 'rgbw'])
    expect(fingerprint).toMatch(/^[0-9a-f]{16}$/)
    expect(machineEase).toBeGreaterThanOrEqual(0)
    expect(machineEase).toBeLessThanOrEqual(1)
  })

  it('turns it upright first', async () => {
    expect(await seen((await preparePicture(jpegTurned(6))).bytes)).toEqual([448, 448, 'brwg'])
    expect(await seen((await preparePicture(pngTurned(7))).bytes)).toEqual([448, 448, 'wgbr'])
  })

  it('cuts out the square that is asked for, within the picture', async () => {
    const bytes = quarters(900, 600).encodeSync('png')
    const cornersAt = async (x: number, y: number, side: number) =>
      (await seen((await preparePicture(bytes, { x, y, side })).bytes))[2]
    expect(await cornersAt(0, 0, 0.4)).toBe('rrrr')
    expect(await cornersAt(1, 1, 0.4)).toBe('wwww')
    expect(await cornersAt(0.5, 0, 0.4)).toBe('rgrg')
    expect(await cornersAt(0.5, 0.5, 0.4)).toBe('rgbw')
    await expect(cornersAt(0.5, 0.5, 0.3)).rejects.toMatchObject(
      refused('180 pixels on a side, fewer than 200'),
    )
    for (const [x, y, side] of [
      [-0.1, 0, 1],
      [0, 1.1, 1],
      [0, 0, 0],
      [0, 0, 1.1],
      [0, 0, Number.NaN],
    ] as const) {
      await expect(cornersAt(x, y, side)).rejects.toMatchObject(refused('its crop'))
    }
  })

  it('leaves nothing of what else the file held', async () => {
    const secret = 'GPS 48.85 N 2.35 E, serial 4711'
    const jpeg = withSegment(jpegTurned(1), 0xfe, Buffer.from(secret))
    const bytes = Buffer.from((await preparePicture(jpeg)).bytes)
    expect(
      chunksOf(bytes)
        .map(([type]) => type)
        .filter(type => /EXIF|XMP/.test(type)),
    ).toEqual([])
    expect(bytes.includes('4711')).toBe(false)
    // The rest is the same for every picture.
    const rest = (file: Uint8Array) => chunksOf(Buffer.from(file)).filter(([type]) => type !== 'VP8 ')
    expect(rest(bytes)).toEqual(rest((await preparePicture(scene(5).encodeSync('png'))).bytes))
  })

  it('makes no pattern of what is too fine to be seen', async () => {
    const canvas = createCanvas(4000, 4000)
    const context = canvas.getContext('2d')
    for (let x = 0; x < 4000; x += 2) context.fillRect(x, 0, 1, 4000)
    context.globalCompositeOperation = 'destination-over'
    context.fillStyle = '#fff'
    context.fillRect(0, 0, 4000, 4000)
    const image = await loadImage((await preparePicture(canvas.encodeSync('png'))).bytes)
    const small = createCanvas(448, 448)
    small.getContext('2d').drawImage(image, 0, 0)
    const greys = small
      .getContext('2d')
      .getImageData(24, 24, 400, 400)
      .data.filter((_, i) => i % 4 === 0)
    const ordered = greys.toSorted()
    expect(ordered.at(-1)! - ordered[0]!).toBeLessThan(8)
  })

  it('puts what is transparent on white', async () => {
    const canvas = createCanvas(300, 300)
    canvas.getContext('2d').fillRect(100, 100, 100, 100)
    expect((await seen((await preparePicture(canvas.encodeSync('png'))).bytes))[2]).toBe('wwww')
  })

  it('sees the same in what it made', async () => {
    for (let seed = 0; seed < 5; seed++) {
      const made = await preparePicture(scene(seed).encodeSync('png'))
      const seen = await describePicture(made.bytes)
      expect(near(made.fingerprint, seen.fingerprint)).toBe(true)
      expect(seen.machineEase).toBeCloseTo(made.machineEase, 1)
    }
    await expect(describePicture(scene(1).encodeSync('png'))).rejects.toMatchObject(refused('not 448 × 448'))
  })
})
