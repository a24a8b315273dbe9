import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keyedStream } from '../random.ts'
import { DISC_SIZE, drawDisc } from './disc.ts'
import { PICTURE_SIZE, type Picture } from './picture.ts'
import { drawView, leanSeen, lookThrough, STEP } from './view.ts'

const hash = (data: string | Uint8Array | Uint8ClampedArray) =>
  createHash('sha256')
    .update(typeof data === 'string' ? data : Buffer.from(data))
    .digest()
const stream = (seed: string | number) => keyedStream(hash(`${seed}`))

/** A picture of one colour for each of its points, made of nothing but its coordinates. */
function painted(colour: (x: number, y: number) => readonly [number, number, number]): Picture {
  const size = PICTURE_SIZE
  const rgba = new Uint8Array(4 * size * size).fill(255)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++)
      rgba.set(colour((2 * x) / size - 1, (2 * y) / size - 1), 4 * (y * size + x))
  }
  return { size, pixels: new Int32Array(rgba.buffer) }
}
/** Red above, blue below. */
const sky = painted((_, y) => (y < 0 ? [220, 40, 40] : [40, 40, 220]))
/** The same, leaning clockwise by so many degrees. */
const leaning = (degrees: number) => {
  const [right, down] = [Math.sin((degrees * Math.PI) / 180), -Math.cos((degrees * Math.PI) / 180)]
  return painted((x, y) => (x * right + y * down > 0 ? [220, 40, 40] : [40, 40, 220]))
}
const RADIUS = DISC_SIZE / 2

/**
 * The mean of red − blue over a part of a disc, in the direction of so many degrees clockwise from the top.
 */
function redness(disc: Uint8ClampedArray, degrees: number): number {
  let [sum, count] = [0, 0]
  for (let spread = -30; spread <= 30; spread += 5) {
    for (let r = 40; r < 100; r += 5) {
      const angle = ((degrees + spread) * Math.PI) / 180
      const [x, y] = [Math.round(RADIUS + r * Math.sin(angle)), Math.round(RADIUS - r * Math.cos(angle))]
      const at = 4 * (y * DISC_SIZE + x)
      sum += disc[at]! - disc[at + 2]!
      count++
    }
  }
  return sum / count
}

/**
 * Degrees clockwise by which a disc is turned until red is on top: roughly, as the picture's middle may be
 * displaced, tilted and bent.
 */
function uprightAt(disc: Uint8ClampedArray): number {
  const [up, right] = [redness(disc, 0) - redness(disc, 180), redness(disc, 90) - redness(disc, 270)]
  return -(Math.atan2(right, up) * 180) / Math.PI
}

describe('a disc', () => {
  // Frozen: a change here changes what every issued id shows, and clusters of mixed versions would disagree.
  it('is the same on every machine', () => {
    expect(
      hash(drawDisc(sky, 123, stream('frozen')))
        .toString('hex')
        .slice(0, 16),
    ).toBe('28401f04462fc224')
  })

  it('stands upright when it is turned clockwise by its answer', () => {
    for (let turn = 0; turn < 360; turn += 15) {
      const disc = drawDisc(sky, turn, stream(turn))
      // What was on top is `turn` degrees anticlockwise from there.
      expect(redness(disc, -turn) - redness(disc, 180 - turn), `${turn}`).toBeGreaterThan(60)
      const aside = redness(disc, 90 - turn) - redness(disc, 270 - turn)
      expect(Math.abs(aside), `${turn}`).toBeLessThan(60)
    }
  })

  it('is another one for every stream, and the same for the same', () => {
    const one = drawDisc(sky, 45, stream(1)).slice()
    expect(drawDisc(sky, 45, stream(1))).toEqual(one)
    const other = drawDisc(sky, 45, stream(2))
    let differ = 0
    for (let i = 0; i < one.length; i += 4) if (Math.abs(one[i]! - other[i]!) > 8) differ++
    expect(differ / (one.length / 4)).toBeGreaterThan(0.4)
  })

  it('has the same grey around it and fades into it, whatever it shows', () => {
    for (const picture of [sky, painted(() => [255, 255, 255]), painted(() => [0, 0, 0])]) {
      for (let turn = 0; turn < 360; turn += 45) {
        const disc = drawDisc(picture, turn, stream(turn))
        for (let y = 0; y < DISC_SIZE; y++) {
          for (let x = 0; x < DISC_SIZE; x++) {
            const away = Math.hypot(x + 0.5 - RADIUS, y + 0.5 - RADIUS)
            const at = 4 * (y * DISC_SIZE + x)
            if (away > RADIUS - 1) expect([...disc.subarray(at, at + 4)]).toEqual([128, 128, 128, 255])
          }
        }
      }
    }
  })

  it('is drawn in other sizes', () => {
    for (const size of [120, 360]) expect(drawDisc(sky, 10, stream(1), size)).toHaveLength(4 * size * size)
  })
})

describe('a picture that leans', () => {
  it('is turned back, mirrored or not', () => {
    let mirrored = 0
    for (let seed = 0; seed < 40; seed++) {
      const disc = drawDisc({ ...leaning(60), lean: 60 }, 0, stream(seed))
      // If one were turned the wrong way, it would be off by 120°.
      expect(Math.abs(uprightAt(disc)), `${seed}`).toBeLessThan(25)
      if (drawView(stream(seed)).mirrored) mirrored++
    }
    expect(mirrored).toBeGreaterThan(5)
    expect(mirrored).toBeLessThan(35)
  })

  it('is told by the answers of those who turn it upright', () => {
    for (let seed = 0; seed < 40; seed++) {
      const [turn, lean, known] = [(seed * 77) % 360, (seed * 31) % 100, (seed * 17) % 50]
      const view = drawView(stream(seed))
      const disc = drawDisc({ ...leaning(lean), lean: known }, turn, stream(seed))
      const seen = leanSeen(view, turn, uprightAt(disc))
      expect(Math.abs(seen + known - lean), `${seed}`).toBeLessThan(25)
    }
  })

  it('is told in degrees from −180 on', () => {
    const view = { ...drawView(stream(1)), lean: 2, mirrored: false }
    expect(leanSeen(view, 350, 2)).toBe(-10)
    expect(leanSeen({ ...view, mirrored: true }, 350, 2)).toBe(10)
    expect(leanSeen(view, 0, 182)).toBe(-180)
    expect(leanSeen(view, 360, 181)).toBe(-179)
    expect(leanSeen(view, 10, 192 - 360)).toBe(-180)
  })
})

describe('a view', () => {
  it('never strays far over the edge of its picture', () => {
    for (let seed = 0; seed < 200; seed++) {
      const points = lookThrough(drawView(stream(seed)), seed, PICTURE_SIZE, DISC_SIZE)
      const nodes = DISC_SIZE / STEP + 1
      for (let row = 0; row < nodes; row++) {
        for (let column = 0; column < nodes; column++) {
          if (Math.hypot(row - 15, column - 15) > 15) continue
          const at = 2 * (row * nodes + column)
          for (const place of [points[at]!, points[at + 1]!]) {
            expect(place).toBeGreaterThan(-0.1 * PICTURE_SIZE)
            expect(place).toBeLessThan(1.1 * PICTURE_SIZE)
          }
        }
      }
    }
  })

  it('shows a picture mirrored as often as not', () => {
    const mirrored = Array.from({ length: 400 }, (_, seed) => drawView(stream(seed)).mirrored)
    expect(mirrored.filter(Boolean).length).toBeGreaterThan(150)
    expect(mirrored.filter(Boolean).length).toBeLessThan(250)
  })
})
