import { randomBytes } from 'node:crypto'
import { createCanvas } from '@napi-rs/canvas'
import { createCaptcha, memoryLedger, PICTURE_SIZE, type Rules, styleNamed } from '@upright/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PictureEntry } from '../registry/picture.ts'
import { NO_FACTS } from '../registry/picture-fields.ts'
import type { Registry } from '../registry/registry.ts'
import { sqliteRegistry } from '../registry/sqlite.ts'
import { freshFolder } from '../testing/folder.ts'
import { chosen, createPictures } from './library.ts'

const RULES: Rules = { expiry: 60, attempts: 1, revalidation: 'strict' }
const SITE = { id: 7, settings: RULES }
const secret = 'the secret of the pictures, 32 long'
const now = () => 1_800_000_000_000
const captcha = createCaptcha({ secret, ledger: memoryLedger(now), now, random: randomBytes })
const fresh = () => captcha.issue(7, styleNamed('rotate')!)

/** A square of some colour with a bar on top, as a prepared picture. */
function painted(hue: number): Buffer {
  const canvas = createCanvas(PICTURE_SIZE, PICTURE_SIZE)
  const context = canvas.getContext('2d')
  context.fillStyle = `hsl(${hue} 70% 50%)`
  context.fillRect(0, 0, PICTURE_SIZE, PICTURE_SIZE)
  context.fillStyle = '#fff'
  context.fillRect(0, 0, PICTURE_SIZE, PICTURE_SIZE / 3)
  return canvas.toBuffer('image/webp', 80)
}

let registry: Registry
const add = (name: string, bytes = painted(name.charCodeAt(0) * 37), more = {}) =>
  registry.addPicture({ ...NO_FACTS, name, fingerprint: '0123456789abcdef', ...more }, bytes)
beforeEach(async () => {
  registry = await sqliteRegistry({ file: `${freshFolder()}/upright.db`, now, random: randomBytes })
})
afterEach(() => registry.close())

describe('the choice of a picture', () => {
  const entries = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ id: i + 1, weight: 1 }) as unknown as PictureEntry)
  const seeds = Array.from({ length: 20_000 }, () => {
    const bytes = randomBytes(8)
    return [bytes.readUInt32LE(0), bytes.readUInt32LE(4)] as const
  })

  it('gives every picture the same share', () => {
    const counts = new Map<number, number>()
    for (const seed of seeds) {
      const { id } = chosen(entries(50), seed)!
      counts.set(id, (counts.get(id) ?? 0) + 1)
    }
    expect(counts.size).toBe(50)
    // Six standard deviations of a fair draw.
    for (const count of counts.values()) expect(Math.abs(count - 400)).toBeLessThan(6 * Math.sqrt(400))
  })

  it('changes for one challenge in so many when a picture comes, and for its own when one goes', () => {
    const before = seeds.map(seed => chosen(entries(50), seed)!.id)
    const after = seeds.map(seed => chosen(entries(51), seed)!.id)
    const moved = after.filter((id, i) => id !== before[i])
    expect(new Set(moved)).toEqual(new Set([51]))
    expect(moved.length / seeds.length).toBeCloseTo(1 / 51, 2)
    const without = seeds.map(seed => chosen(entries(50).slice(1), seed)!.id)
    without.forEach((id, i) => {
      if (before[i] !== 1) expect(id).toBe(before[i])
    })
  })

  const shares = (weights: readonly number[]) => {
    const weighted = entries(weights.length).map((entry, i) => ({ ...entry, weight: weights[i]! }))
    return seeds.map(seed => chosen(weighted, seed)!.id)
  }

  it('gives a picture the share of its weight', () => {
    const weights = Array.from({ length: 50 }, (_, i) => [1, 2, 0.5, 1, 1][i % 5]!)
    const counts = Array<number>(50).fill(0)
    for (const id of shares(weights)) counts[id - 1]!++
    counts.forEach((count, i) => {
      const fair = (weights[i]! / 55) * seeds.length
      expect(Math.abs(count - fair), `${i}`).toBeLessThan(6 * Math.sqrt(fair))
    })
  })

  it('changes to a picture alone that weighs more, and from it alone when it weighs less', () => {
    const even = shares(Array(50).fill(1))
    const [more, less] = [2, 0.5].map(weight => shares([...Array(49).fill(1), weight]))
    let moved = 0
    even.forEach((id, i) => {
      if (more![i] !== id) moved++
      if (more![i] !== id) expect(more![i]).toBe(50)
      if (less![i] !== id) expect(id).toBe(50)
    })
    expect(moved / seeds.length).toBeCloseTo(1 / 51, 2)
  })

  it('is none where there is none', () => {
    expect(chosen([], [1, 2])).toBeUndefined()
  })
})

describe('the library', () => {
  it('shows the same disc for the same id, from any node, and others for others', async () => {
    for (const name of ['Ada', 'Bob', 'Cleo']) await add(name)
    const [one, two] = [createPictures(captcha, registry), createPictures(captcha, registry)]
    const id = fresh()
    const disc = await one.show(SITE, id)
    expect(disc.type).toBe('image/jpeg')
    expect(Buffer.from(disc.bytes).subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]))
    expect(disc.bytes.length).toBeLessThan(20_000)
    expect(Buffer.from((await two.show(SITE, id)).bytes).equals(disc.bytes)).toBe(true)
    expect(await two.of(id)).toEqual(await one.of(id))
    const others = await Promise.all(Array.from({ length: 10 }, () => one.show(SITE, fresh())))
    for (const other of others) expect(Buffer.from(other.bytes).equals(disc.bytes)).toBe(false)
  })

  it('carries nothing in its files but the picture', async () => {
    await add('Ada')
    const { bytes } = await createPictures(captcha, registry).show(SITE, fresh())
    const file = Buffer.from(bytes)
    // Segments of a JPEG file up to the picture's own data: no comment, and no application's but JFIF.
    const segments: number[] = []
    for (let at = 2; file[at + 1] !== 0xda; at += 2 + file.readUInt16BE(at + 2)) segments.push(file[at + 1]!)
    expect(segments.filter(marker => marker === 0xfe || (marker > 0xe0 && marker <= 0xef))).toEqual([])
  })

  it('serves what is to be served, and goes on when a picture is removed in between', async () => {
    const ada = await add('Ada')
    await add('Bob', undefined, { state: 'candidate' })
    await add('Cleo', undefined, { state: 'aside' })
    const library = createPictures(captcha, registry)
    const ids = Array.from({ length: 20 }, fresh)
    for (const id of ids) expect((await library.of(id))!.name).toBe('Ada')
    const dora = await add('Dora')
    await registry.removePicture(ada.id)
    for (const id of ids) {
      expect((await library.of(id))!.id).toBe(dora.id)
      expect((await library.show(SITE, id)).bytes.length).toBeGreaterThan(1000)
    }
  })

  it('says so when it is empty', async () => {
    const library = createPictures(captcha, registry)
    expect(await library.of(fresh())).toBeUndefined()
    await expect(library.show(SITE, fresh())).rejects.toMatchObject({ code: 'no_pictures' })
  })

  it.each<[string, () => [string, number]]>([
    ['forged', () => ['0123456789ab4def8123456789abcdef', 7]],
    ['of another site', () => [fresh(), 8]],
    ['of a code', () => [captcha.issue(7, styleNamed('captchaFR')!), 7]],
    ['of a spoken number', () => [captcha.issue(7, styleNamed('numberEN')!), 7]],
  ])('shows nothing for an id that is %s', async (_, ask) => {
    await add('Ada')
    const [id, site] = ask()
    const refused = createPictures(captcha, registry).show({ id: site, settings: RULES }, id)
    await expect(refused).rejects.toMatchObject({ code: 'unknown_challenge' })
  })

  it('reports a damaged file, and shows it once it is fixed', async () => {
    await add('Ada', Buffer.from('no picture'))
    const library = createPictures(captcha, registry)
    await expect(library.show(SITE, fresh())).rejects.toMatchObject({ code: 'asset_corrupt' })
  })

  it('turns a picture back by what people find it leaning', async () => {
    const ada = await add('Ada')
    const [straight, id] = [createPictures(captcha, registry), fresh()]
    const before = Buffer.from((await straight.show(SITE, id)).bytes)
    await registry.setPicture(ada.id, { lean: 20 })
    const after = Buffer.from((await straight.show(SITE, id)).bytes)
    expect(after.equals(before)).toBe(false)
    await registry.setPicture(ada.id, { lean: 0 })
    expect(Buffer.from((await straight.show(SITE, id)).bytes).equals(before)).toBe(true)
  })

  it('keeps more pictures than fit into its memory', async () => {
    await Promise.all(Array.from({ length: 90 }, (_, i) => add(`Animal ${i}`, painted(4 * i))))
    const library = createPictures(captcha, registry)
    const discs = await Promise.all(Array.from({ length: 200 }, () => library.show(SITE, fresh())))
    expect(discs).toHaveLength(200)
  })
})
