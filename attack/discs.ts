import { createCanvas, ImageData } from '@napi-rs/canvas'
import { DISC_SIZE, degreesApart, keyedStream, type Picture, styleNamed } from '@upright/core'
import { perSecond } from '../bench/usage.ts'
import { captchaFor, type Library, openLibrary } from '../packages/server/src/commands/challenges.ts'
import { createPictures } from '../packages/server/src/pictures/library.ts'
import { decodePicture } from '../packages/server/src/pictures/pixels.ts'
import { DEFAULT_SETTINGS } from '../packages/server/src/registry/settings.ts'
import { type Attack, type Findings, timed } from './finding.ts'
import { type Part, turnOf, type Unrolled, unroll } from './polar.ts'

const DISCS = 200
/** Default angular tolerance of discs, in degrees. */
const TOLERANCE = 10
/** How much of a picture discs show: three of the sizes they may have. */
const ZOOMS = [0.72, 0.82, 0.92]
/** Where the middle of a disc may be in a picture, across and down. */
const PLACES = [-0.22, -0.11, 0, 0.11, 0.22]

/** A disc as an attacker has it, and by how many degrees it is turned anticlockwise. */
interface Disc {
  turn: number
  unrolled: Unrolled
}

/** What is known of each picture: three zooms, around the middle, and around 25 places. */
const MIDDLES: Part[] = ZOOMS.map(reach => ({ reach }))
const EVERYWHERE: Part[] = MIDDLES.flatMap(zoom => PLACES.flatMap(x => PLACES.map(y => ({ ...zoom, x, y }))))

/** The attacker holds the whole library upright, and compares every disc with every picture of it. */
export const attackDiscs: Attack = async count => {
  const library = await openLibrary(undefined)
  const pictures = await picturesOf(library)
  const ours = await ourDiscs(library, count(DISCS))
  const plain = await plainDiscs(pictures, count(DISCS))

  const found: Findings['found'] = []
  const tryWith = async (attack: string, parts: Part[], targets: Record<string, Disc[]>) => {
    const known = unrollAll(pictures, parts)
    for (const [target, discs] of Object.entries(targets)) {
      const { result, seconds } = await timed(
        () =>
          discs.filter(({ turn, unrolled }) => degreesApart(turnOf(unrolled, known), turn) <= TOLERANCE)
            .length,
      )
      const solved = result / discs.length
      found.push({
        attack,
        target,
        measure: `discs within ${TOLERANCE}°`,
        samples: discs.length,
        solved,
        seconds,
      })
    }
  }
  await tryWith('whole library, three zooms', MIDDLES, {
    'rotate, pictures only turned': plain,
    rotate: ours,
  })
  await tryWith('whole library, three zooms at 25 places', EVERYWHERE, { rotate: ours })
  return { found }
}

/** What the best of these attacks comes to on so many discs. */
export interface Matched {
  /** How far each disc is off upright after it, in degrees. */
  errors: number[]
  /** CPU seconds of each disc. What is known of the pictures is worked out once. */
  seconds: number
}

export async function matchDiscs(count: number): Promise<Matched> {
  const library = await openLibrary(undefined)
  const discs = await ourDiscs(library, count)
  const known = unrollAll(await picturesOf(library), EVERYWHERE)
  const errors: number[] = []
  const rate = await perSecond(
    n => errors.push(degreesApart(turnOf(discs[n]!.unrolled, known), discs[n]!.turn)),
    0,
    count,
  )
  return { errors, seconds: 1 / rate }
}

async function picturesOf(library: Library): Promise<Picture[]> {
  const ids = (await library.pictures()).map(({ id }) => id)
  return Promise.all(ids.map(async id => decodePicture((await library.pictureBytes(id))!)))
}

const unrollAll = (pictures: readonly Picture[], parts: readonly Part[]): Unrolled[] =>
  pictures.flatMap(picture =>
    parts.flatMap(part => [false, true].map(mirrored => unroll(picture, { ...part, mirrored }))),
  )

/** Discs as the service shows them. */
async function ourDiscs(library: Library, count: number): Promise<Disc[]> {
  const captcha = captchaFor({ seed: 'attack rotate' })
  const shown = createPictures(captcha, library)
  const discs: Disc[] = []
  while (discs.length < count) {
    const id = captcha.issue(1, styleNamed('rotate')!)
    const { bytes } = await shown.show({ id: 1, settings: DEFAULT_SETTINGS }, id)
    discs.push({ turn: Number(captcha.open(id)!.answer), unrolled: unroll(await decodePicture(bytes)) })
  }
  return discs
}

/** The same pictures, only turned: what the rendition of ours is measured against. */
async function plainDiscs(pictures: Picture[], count: number): Promise<Disc[]> {
  const random = keyedStream(new Uint8Array(32))
  const discs: Disc[] = []
  while (discs.length < count) {
    const turn = random.below(360)
    discs.push({ turn, unrolled: unroll(await turned(random.pick(pictures), turn)) })
  }
  return discs
}

/** The middle of a picture, turned anticlockwise, as a JPEG that was read again. */
export async function turned({ size, pixels }: Picture, turn: number): Promise<Picture> {
  const source = createCanvas(size, size)
  source.getContext('2d').putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), size, size), 0, 0)
  const canvas = createCanvas(DISC_SIZE, DISC_SIZE)
  const context = canvas.getContext('2d')
  context.translate(DISC_SIZE / 2, DISC_SIZE / 2)
  context.rotate((-turn * Math.PI) / 180)
  const side = DISC_SIZE / ZOOMS[1]!
  context.drawImage(source, -side / 2, -side / 2, side, side)
  return decodePicture(canvas.toBuffer('image/jpeg', 85))
}
