import { type Captcha, CaptchaError, DISC_SIZE, drawDisc, type Rules, type Stream } from '@upright/core'
import type { Registry } from '../registry/registry.ts'
import type { PictureEntry, Pictures } from './picture.ts'
import { decodePicture, encodeDisc } from './pixels.ts'

/** Pictures whose pixels are kept in memory: 0.8 MB each. */
const KEPT = 80
/** For looking an id up whatever its age: whether it may still be shown is asked elsewhere. */
const EVER: Rules = { expiry: Number.POSITIVE_INFINITY, attempts: 1, revalidation: 'strict' }

/** The pictures of a registry, as challenges of the kind `rotate` show them. */
export function createPictures(
  captcha: Captcha,
  registry: Pick<Registry, 'pictures' | 'pictureBytes'>,
): Pictures {
  const discs = captcha.only(['rotate'])
  const pixels = recent(KEPT, async (id: number) => {
    const bytes = await registry.pictureBytes(id)
    return bytes && decodePicture(bytes)
  })

  const serving = async () => (await registry.pictures()).filter(({ state }) => state === 'serving')

  return {
    async of(id) {
      const challenge = discs.open(id)
      if (!challenge) return undefined
      return chosen(await serving(), seedOf(discs.draft(id, challenge.site, 'picture', EVER).stream))
    },

    async show(id, site, rules) {
      const { answer, stream } = discs.draft(id, site, 'picture', rules)
      const seed = seedOf(stream)
      // A picture that is gone in this moment leaves its place to the next.
      for (let left = await serving(); ; ) {
        const entry = chosen(left, seed)
        if (!entry) throw new CaptchaError('no_pictures')
        const picture = await pixels(entry.id)
        if (picture) {
          const disc = drawDisc({ ...picture, lean: entry.lean }, Number(answer), stream)
          return { type: 'image/jpeg', bytes: encodeDisc(disc, DISC_SIZE) }
        }
        left = left.filter(({ id }) => id !== entry.id)
      }
    },
  }
}

/** The first numbers of a challenge, which choose its picture; the rest draw the disc. */
const seedOf = (stream: Stream) => [stream.uint32(), stream.uint32()] as const

/**
 * The one of some pictures that a seed falls to, by rendezvous hashing: each picture draws a lot from the seed and its own number, and the
 * highest wins. So all have the same chance, and where one comes or goes, hardly any other challenge changes its picture.
 */
export function chosen(
  entries: readonly PictureEntry[],
  seed: readonly [number, number],
): PictureEntry | undefined {
  let best: PictureEntry | undefined
  let highest = -1
  for (const entry of entries) {
    const lot = mix(mix(entry.id ^ seed[0]) ^ seed[1])
    if (lot > highest) {
      best = entry
      highest = lot
    }
  }
  return best
}

/** Scatters the bits of a number, 0 … 2³² − 1 (the end of MurmurHash3, A. Appleby). */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}

/** A function that remembers its latest results, so many of them; failures are not remembered. */
function recent<T>(most: number, make: (id: number) => Promise<T>): (id: number) => Promise<T> {
  const known = new Map<number, Promise<T>>()
  return id => {
    const result = known.get(id) ?? make(id)
    known.delete(id)
    known.set(id, result)
    result.catch(() => known.delete(id))
    for (const oldest of known.keys()) {
      if (known.size <= most) break
      known.delete(oldest)
    }
    return result
  }
}
