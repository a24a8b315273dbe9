import {
  type Captcha,
  CaptchaError,
  DISC_SIZE,
  drawDisc,
  drawView,
  leanSeen,
  type Rules,
  type Stream,
} from '@upright/core'
import type { PictureEntry } from '../registry/picture.ts'
import type { Registry } from '../registry/registry.ts'
import type { Pictures } from './picture.ts'
import { decodePicture, encodeDisc } from './pixels.ts'
import type { PictureCounter } from './usage.ts'

/** Pictures whose pixels are kept in memory: 0.8 MB each. */
const MAX_CACHED_PICTURES = 80
/** For looking an id up whatever its age: whether it may still be shown is asked elsewhere. */
const NO_EXPIRY: Rules = { expiry: Number.POSITIVE_INFINITY, attempts: 1, revalidation: 'strict' }

/**
 * The pictures of a registry, as challenges of the kind `rotate` show them; `counter` counts how they are
 * used.
 */
export function createPictures(
  captcha: Captcha,
  registry: Pick<Registry, 'pictures' | 'pictureBytes'>,
  counter?: Pick<PictureCounter, 'shown' | 'answered'>,
): Pictures {
  const discs = captcha.only(['rotate'])
  const pixels = recent(MAX_CACHED_PICTURES, async (id: number) => {
    const bytes = await registry.pictureBytes(id)
    return bytes && decodePicture(bytes)
  })

  let listed: { all: readonly PictureEntry[]; serving: readonly PictureEntry[] } | undefined
  const serving = async () => {
    const all = await registry.pictures()
    // The registry gives the same list until something has changed.
    if (listed?.all !== all) listed = { all, serving: all.filter(({ state }) => state === 'serving') }
    return listed.serving
  }
  /** A challenge's picture and answer, whatever its age, and the rest of its stream. */
  const look = async (id: string) => {
    const challenge = discs.open(id)
    if (!challenge) return undefined
    const { answer, stream } = discs.draft({ id: challenge.site, settings: NO_EXPIRY }, id, 'picture')
    const entry = chosen(await serving(), seedOf(stream))
    return entry && { entry, answer, stream }
  }

  return {
    of: async id => (await look(id))?.entry,

    async answered(id, response) {
      const found = await look(id)
      if (!found) return
      const { entry, answer, stream } = found
      // Its lean and its mirror, which are the same whatever the subject.
      counter?.answered(entry.id, entry.lean + leanSeen(drawView(stream), Number(answer), response))
    },

    async show(site, id) {
      const { answer, stream } = discs.draft(site, id, 'picture')
      const seed = seedOf(stream)
      // A picture that is gone in this moment leaves its place to the next.
      for (let left = await serving(); ; ) {
        const entry = chosen(left, seed)
        if (!entry) throw new CaptchaError('no_pictures')
        const picture = await pixels(entry.id)
        if (picture) {
          const disc = drawDisc(
            { ...picture, lean: entry.lean, subject: entry.subject ?? undefined },
            Number(answer),
            stream,
          )
          const bytes = encodeDisc(disc, DISC_SIZE)
          counter?.shown(entry.id)
          return { type: 'image/jpeg', bytes }
        }
        left = left.filter(({ id }) => id !== entry.id)
      }
    },
  }
}

/** The first numbers of a challenge, which choose its picture; the rest draw the disc. */
const seedOf = (stream: Stream) => [stream.uint32(), stream.uint32()] as const

/**
 * The one of some pictures that a seed falls to, by rendezvous hashing: each picture draws a lot from the
 * seed and its own number, and the highest wins. So each has the chance of its weight, and where one comes or
 * goes or weighs more, no challenge changes its picture but from it or to it.
 */
export function chosen(
  entries: readonly PictureEntry[],
  seed: readonly [number, number],
): PictureEntry | undefined {
  let best: PictureEntry | undefined
  let highest = -1
  for (const entry of entries) {
    const fair = mix(mix(entry.id ^ seed[0]) ^ seed[1]) / 2 ** 32
    // The highest of w fair lots is above x with the chance 1 − x^w, and so is this one; w need not be whole.
    const lot = entry.weight === 1 ? fair : fair ** (1 / entry.weight)
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
