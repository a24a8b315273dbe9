import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createCanvas, type Image, loadImage } from '@napi-rs/canvas'
import { isHoldable, type Subject } from '@upright/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { describePicture } from './codec.ts'

interface Entry {
  file: string
  name: string
  species: string
  status: string
  credit: string
  licence: string
  source: string
  fingerprint: string
  machineEase: number
  subject: Subject
}

const folder = fileURLToPath(new URL('../../pictures/', import.meta.url))
const entries: Entry[] = JSON.parse(readFileSync(`${folder}starter.json`, 'utf8'))
const notices = readFileSync(new URL('../../../../NOTICES.md', import.meta.url), 'utf8').split('\n')
const read = (file: string) => readFileSync(folder + file)

/** One bit for each of 8 × 8 fields: whether the field to its right is brighter. */
function differenceHash(image: Image): boolean[] {
  const ctx = createCanvas(9, 8).getContext('2d')
  ctx.imageSmoothingQuality = 'high'
  ctx.drawImage(image, 0, 0, 9, 8)
  const { data } = ctx.getImageData(0, 0, 9, 8)
  const brightness = (x: number, y: number) => {
    const [r, g, b] = data.subarray(4 * (y * 9 + x))
    return 0.299 * r! + 0.587 * g! + 0.114 * b!
  }
  return Array.from({ length: 64 }, (_, i) => brightness(i & 7, i >> 3) < brightness((i & 7) + 1, i >> 3))
}

describe('the pictures that the service starts with', () => {
  it('are described as they are', async () => {
    for (const { file, fingerprint, machineEase } of entries.filter((_, i) => i % 10 === 0)) {
      expect(await describePicture(read(file))).toMatchObject({ fingerprint, machineEase })
    }
  })

  let images: Image[]
  beforeAll(async () => {
    images = await Promise.all(entries.map(({ file }) => loadImage(read(file))))
  })

  it('are all there, and no others', () => {
    const files = readdirSync(folder).filter(file => file !== 'starter.json')
    expect(entries.map(({ file }) => file).sort()).toEqual(files.sort())
    expect(entries.filter(({ file }) => file.startsWith('photo-'))).toHaveLength(16)
    expect(entries.length).toBeGreaterThanOrEqual(100)
  })

  it('are squares of 448 pixels', () => {
    for (const [i, { width, height }] of images.entries()) {
      expect({ file: entries[i]!.file, width, height }).toEqual({
        file: entries[i]!.file,
        width: 448,
        height: 448,
      })
    }
  })

  it('are small', () => {
    const sizes = entries.map(({ file }) => read(file).length)
    // Two photographs are all spines and twigs.
    expect(Math.max(...sizes)).toBeLessThan(64_000)
    expect(sizes.filter(size => size > 30_000).length).toBeLessThanOrEqual(12)
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(3_500_000)
  })

  it('are named, with author, licence and source', () => {
    for (const entry of entries) {
      expect(entry).toEqual({
        file: expect.stringMatching(/^(photo|render)-[a-z]+(-[a-z]+)*\.webp$/),
        name: expect.stringMatching(/^[A-Z][A-Za-z -]+$/),
        species: expect.stringMatching(/^[a-z]+$/),
        status: 'NONE',
        credit: expect.stringMatching(/\S/),
        licence: expect.stringMatching(/^(CC0-1\.0|CC-BY-[23]\.0|MIT|public-domain)$/),
        source: expect.stringMatching(/^(Debian|npm) \S+ [\d.-]+, \S+\.webp(, from https:\S+)?$/),
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        machineEase: expect.any(Number),
        subject: expect.any(Object),
      })
    }
    expect(new Set(entries.map(({ name, file }) => `${file.split('-')[0]} ${name}`)).size).toBe(
      entries.length,
    )
  })

  it('have subjects that discs can hold', () => {
    for (const { file, subject } of entries) expect([file, isHoldable(subject)]).toEqual([file, true])
  })

  it('have subjects of which few are missed by what finds those of other pictures', async () => {
    const some = entries.filter((_, i) => i % 5 === 0)
    const shares = await Promise.all(
      some.map(async ({ file, subject }) => {
        const { subject: found } = await describePicture(read(file))
        const overlap = (from: 'x' | 'y', length: 'width' | 'height') =>
          Math.min(subject[from] + subject[length], found[from] + found[length]) -
          Math.max(subject[from], found[from])
        return (overlap('x', 'width') * overlap('y', 'height')) / (subject.width * subject.height)
      }),
    )
    expect(shares.reduce((sum, share) => sum + share) / shares.length).toBeGreaterThan(0.9)
    expect(shares.filter(share => share < 0.6).length).toBeLessThanOrEqual(1)
  })

  it('do not look alike', () => {
    const hashes = images.map(differenceHash)
    for (const [i, a] of hashes.entries()) {
      for (const [j, b] of hashes.slice(0, i).entries()) {
        const differing = a.filter((bit, k) => bit !== b[k]).length
        expect(differing, `${entries[i]!.file} and ${entries[j]!.file}`).toBeGreaterThan(8)
      }
    }
  })

  it('are credited in NOTICES.md, photographs one by one', () => {
    for (const { file, credit, licence, source } of entries) {
      const cells = notices.find(line => line.startsWith(`| ${file} |`))?.split(' | ')
      if (file.startsWith('photo-')) {
        expect(cells, file).toEqual(expect.arrayContaining([credit, licence]))
        expect(cells?.at(-1)).toBe(`${source.split(', from ')[1]} |`)
      } else expect(licence).toBe('MIT')
    }
  })
})
