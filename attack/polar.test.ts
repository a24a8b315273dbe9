import { degreesApart, keyedStream, PICTURE_SIZE, type Picture } from '@upright/core'
import { expect, it } from 'vitest'
import { turned } from './discs.ts'
import { turnOf, unroll } from './polar.ts'

/** A picture of a hundred coloured squares. */
function patchwork(seed: number): Picture {
  const random = keyedStream(new Uint8Array(32).fill(seed))
  const colours = Array.from({ length: 100 }, () => random.below(2 ** 24))
  const pixels = new Int32Array(PICTURE_SIZE ** 2)
  const square = (place: number) => Math.floor((10 * place) / PICTURE_SIZE)
  for (let at = 0; at < pixels.length; at++) {
    const colour = colours[10 * square(Math.floor(at / PICTURE_SIZE)) + square(at % PICTURE_SIZE)]!
    pixels[at] = colour | (255 << 24)
  }
  return { size: PICTURE_SIZE, pixels }
}

const pictures = [1, 2, 3].map(patchwork)

it('finds how far a picture of the library is turned', async () => {
  const known = pictures.map(picture => unroll(picture, { reach: 0.7 }))
  for (let turn = 0; turn < 360; turn += 23) {
    const disc = unroll(await turned(pictures[turn % 3]!, turn))
    expect(degreesApart(turnOf(disc, known), turn), `${turn}`).toBeLessThan(6)
  }
})

it('finds it in a mirrored picture, and in a part beside the middle', async () => {
  const [picture] = pictures as [Picture]
  const part = { reach: 0.5, x: 0.3, y: -0.2, mirrored: true }
  const known = [unroll(pictures[1]!, part), unroll(picture, part)]
  const disc = unroll(picture, part)
  expect(turnOf(disc, known)).toBe(0)
  expect(degreesApart(turnOf(unroll(picture, { ...part, mirrored: false }), known), 0)).toBeGreaterThan(10)
})

it('finds nothing in a picture that is not of the library', async () => {
  const known = pictures.slice(1).map(picture => unroll(picture, { reach: 0.7 }))
  let near = 0
  for (let turn = 0; turn < 360; turn += 23) {
    if (degreesApart(turnOf(unroll(await turned(pictures[0]!, turn)), known), turn) <= 10) near++
  }
  expect(near).toBeLessThan(5)
})
