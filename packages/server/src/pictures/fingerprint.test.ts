import { createCanvas } from '@napi-rs/canvas'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { scene } from './codec.testing.ts'
import { preparePicture } from './codec.ts'
import { fingerprintsOf, near } from './fingerprint.ts'

const hashes = async (bytes: Buffer) => preparePicture(bytes)

describe('fingerprints', () => {
  const SEEDS = Array.from({ length: 12 }, (_, seed) => seed)
  let before: { fingerprint: string; mirrored: string }[]
  beforeAll(async () => {
    before = await Promise.all(SEEDS.map(seed => hashes(scene(seed).encodeSync('png'))))
  })

  it('are far apart for pictures that differ', () => {
    for (const a of SEEDS) {
      for (const b of SEEDS.slice(0, a)) {
        expect(near(before[a]!.fingerprint, before[b]!.fingerprint)).toBe(false)
        expect(near(before[a]!.mirrored, before[b]!.fingerprint)).toBe(false)
      }
    }
  })

  function changed(
    seed: number,
    change: (context: ReturnType<ReturnType<typeof createCanvas>['getContext']>) => void,
  ) {
    const canvas = createCanvas(640, 480)
    const context = canvas.getContext('2d')
    change(context)
    context.drawImage(scene(seed), 0, 0)
    return canvas.encodeSync('jpeg', 85)
  }

  it.each<[string, (seed: number) => Buffer]>([
    ['another size', seed => scene(seed, 1600, 1200).encodeSync('jpeg', 90)],
    ['a poor JPEG', seed => scene(seed, 320, 240).encodeSync('jpeg', 30)],
    ['another format', seed => scene(seed).encodeSync('webp', 50)],
    ['less light', seed => changed(seed, context => Object.assign(context, { filter: 'brightness(0.8)' }))],
    ['more light', seed => changed(seed, context => Object.assign(context, { filter: 'brightness(1.15)' }))],
    ['no colour', seed => changed(seed, context => Object.assign(context, { filter: 'grayscale(1)' }))],
  ])('are near for %s', async (_, make) => {
    for (const seed of SEEDS) {
      expect(near((await hashes(make(seed))).fingerprint, before[seed]!.fingerprint)).toBe(true)
    }
  })

  it('find what was mirrored', async () => {
    for (const seed of SEEDS) {
      const other = await hashes(
        changed(seed, context => {
          context.translate(640, 0)
          context.scale(-1, 1)
        }),
      )
      expect(near(other.fingerprint, before[seed]!.fingerprint)).toBe(false)
      expect(near(other.mirrored, before[seed]!.fingerprint)).toBe(true)
    }
  })

  it('are 16 hexadecimal digits for whatever pixels there are', () => {
    const pixels = fc.uint8Array({ minLength: 4 * 32 * 32, maxLength: 4 * 32 * 32 })
    fc.assert(
      fc.property(pixels, bytes => {
        const { fingerprint, mirrored } = fingerprintsOf(new Uint8ClampedArray(bytes), 32)
        for (const each of [fingerprint, mirrored]) expect(each).toMatch(/^[0-9a-f]{16}$/)
      }),
      { seed: 1 },
    )
  })

  it('are near up to six bits', () => {
    const bits = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
    const hex = (value: bigint) => value.toString(16).padStart(16, '0')
    fc.assert(
      fc.property(bits, fc.uniqueArray(fc.nat(63)), (a, flipped) => {
        const b = flipped.reduce((value, bit) => value ^ (1n << BigInt(bit)), a)
        expect(near(hex(a), hex(b))).toBe(flipped.length <= 6)
        expect(near(hex(b), hex(a))).toBe(flipped.length <= 6)
      }),
      { seed: 1 },
    )
  })
})
