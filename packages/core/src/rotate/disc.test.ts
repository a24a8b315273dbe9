import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keyedStream } from '../random.ts'
import { DISC_SIZE, drawDisc } from './disc.ts'
import { drawView, leanSeen, lookThrough, STEP, type View } from './distort.ts'
import { PICTURE_SIZE, type Picture } from './picture.ts'
import { fitSubject, heldShare, isHoldable, MIN_SUBJECT, type Subject } from './subject.ts'

const hash = (data: string | Uint8Array | Uint8ClampedArray) =>
  createHash('sha256')
    .update(typeof data === 'string' ? data : Buffer.from(data))
    .digest()
const stream = (seed: string | number) => keyedStream(hash(`${seed}`))

/** A colour as a picture has it: the bytes of red, green, blue and an opacity of 255. */
const colour = (...rgb: [number, number, number]) => new Int32Array(Uint8Array.of(...rgb, 255).buffer)[0]!
const [RED, BLUE] = [colour(220, 40, 40), colour(40, 40, 220)]

/** A picture of one colour for each of its points, made of nothing but its coordinates. */
function painted(colourAt: (x: number, y: number) => number): Picture {
  const size = PICTURE_SIZE
  const pixels = new Int32Array(size * size)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) pixels[y * size + x] = colourAt((2 * x) / size - 1, (2 * y) / size - 1)
  }
  return { size, pixels }
}
/** Red above, blue below. */
const sky = painted((_, y) => (y < 0 ? RED : BLUE))
/** The same, leaning clockwise by so many degrees. */
const leaning = (degrees: number) => {
  const [right, down] = [Math.sin((degrees * Math.PI) / 180), -Math.cos((degrees * Math.PI) / 180)]
  return painted((x, y) => (x * right + y * down > 0 ? RED : BLUE))
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
    ).toBe('bfb9e8717eb492d7')
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
    expect(hash(drawDisc(sky, 45, stream(1)))).toEqual(hash(one))
    const other = drawDisc(sky, 45, stream(2))
    let differ = 0
    for (let i = 0; i < one.length; i += 4) if (Math.abs(one[i]! - other[i]!) > 8) differ++
    expect(differ / (one.length / 4)).toBeGreaterThan(0.4)
  })

  it('has the same grey around it and fades into it, whatever it shows', () => {
    const outside = Array.from({ length: DISC_SIZE ** 2 }, (_, i) => i).filter(
      i => Math.hypot((i % DISC_SIZE) + 0.5 - RADIUS, Math.floor(i / DISC_SIZE) + 0.5 - RADIUS) > RADIUS - 1,
    )
    for (const picture of [sky, painted(() => colour(255, 255, 255)), painted(() => colour(0, 0, 0))]) {
      for (let turn = 0; turn < 360; turn += 45) {
        const pixels = new Int32Array(drawDisc(picture, turn, stream(turn)).slice().buffer)
        expect(new Set(outside.map(i => pixels[i]))).toEqual(new Set([colour(128, 128, 128)]))
      }
    }
  })

  it('is drawn in other sizes', () => {
    for (const size of [120, 360]) expect(drawDisc(sky, 10, stream(1), size)).toHaveLength(4 * size * size)
  })
})

describe('a picture that leans', () => {
  it('is turned back, mirrored or not', () => {
    const picture = { ...leaning(60), lean: 60 }
    let mirrored = 0
    for (let seed = 0; seed < 40; seed++) {
      const disc = drawDisc(picture, 0, stream(seed))
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

/** Boxes anywhere in a picture, as large as discs can hold. */
const subjects = Array.from({ length: 100 }, (_, seed): Subject => {
  const { between } = stream(`box ${seed}`)
  const [width, height] = [between(MIN_SUBJECT, 1), between(MIN_SUBJECT, 1)]
  return fitSubject({ x: between(0, 1 - width), y: between(0, 1 - height), width, height })
})

/** The share of a subject that is seen in a disc, but for its faded rim. */
function shareSeen(view: View, { x, y, width, height }: Subject): number {
  const nodes = 160
  const points = lookThrough(view, 0, 1, nodes * STEP)
  const inside = (at: number) =>
    points[at]! + 0.5 >= x &&
    points[at]! + 0.5 <= x + width &&
    points[at + 1]! + 0.5 >= y &&
    points[at + 1]! + 0.5 <= y + height
  let area = 0
  for (let row = 0; row < nodes; row++) {
    for (let column = 0; column < nodes; column++) {
      if (Math.hypot(column - nodes / 2, row - nodes / 2) > 0.97 * (nodes / 2)) continue
      const at = 2 * (row * (nodes + 1) + column)
      if (!inside(at)) continue
      const below = at + 2 * (nodes + 1)
      const [rightX, rightY] = [points[at + 2]! - points[at]!, points[at + 3]! - points[at + 1]!]
      const [downX, downY] = [points[below]! - points[at]!, points[below + 1]! - points[at + 1]!]
      area += Math.abs(rightX * downY - rightY * downX)
    }
  }
  return area / (width * height)
}

describe('a view', () => {
  it('holds at least 85 % of the subject, wherever it is', () => {
    for (const [i, subject] of subjects.entries()) {
      for (let seed = 0; seed < 2; seed++) {
        const share = shareSeen(drawView(stream(`${i} ${seed}`), subject), subject)
        expect(share, `${i} ${seed}: ${JSON.stringify(subject)}`).toBeGreaterThan(0.85)
      }
    }
  })

  it('shows more of a picture the larger the subject is, and is another one for every stream', () => {
    const reaches = [0.2, 0.5, 0.7, 0.78].map(side => {
      const subject = { x: 0.5 - side / 2, y: 0.5 - side / 2, width: side, height: side }
      const views = Array.from({ length: 40 }, (_, seed) => drawView(stream(seed), subject))
      expect(new Set(views.map(({ x }) => x)).size).toBe(40)
      return views.reduce((sum, { reach }) => sum + reach, 0) / 40
    })
    expect(reaches).toEqual(reaches.toSorted())
    expect(reaches[0]).toBeCloseTo(0.75, 1)
    expect(reaches[3]).toBeGreaterThan(0.92)
  })

  it('has its lean and mirror from the stream alone, so that answers can be counted without the subject', () => {
    for (const [seed, subject] of subjects.entries()) {
      const { lean, mirrored } = drawView(stream(seed))
      expect(drawView(stream(seed), subject)).toMatchObject({ lean, mirrored })
    }
  })

  it('never strays far over the edge of its picture', () => {
    for (let seed = 0; seed < 200; seed++) {
      const view = drawView(stream(seed), subjects[seed % subjects.length])
      const points = lookThrough(view, seed, PICTURE_SIZE, DISC_SIZE)
      const nodes = DISC_SIZE / STEP + 1
      const places: number[] = []
      for (let row = 0; row < nodes; row++) {
        for (let column = 0; column < nodes; column++) {
          if (Math.hypot(row - 15, column - 15) > 15) continue
          const at = 2 * (row * nodes + column)
          places.push(points[at]!, points[at + 1]!)
        }
      }
      // A place that is no number would make both of them none.
      expect(Math.min(...places), `${seed}`).toBeGreaterThan(-0.05 * PICTURE_SIZE)
      expect(Math.max(...places), `${seed}`).toBeLessThan(1.05 * PICTURE_SIZE)
    }
  })

  it('shows a picture mirrored as often as not', () => {
    const mirrored = Array.from({ length: 400 }, (_, seed) => drawView(stream(seed)).mirrored)
    expect(mirrored.filter(Boolean).length).toBeGreaterThan(150)
    expect(mirrored.filter(Boolean).length).toBeLessThan(250)
  })
})

describe('a subject', () => {
  it('can be held unless it is too large or in a corner', () => {
    for (const subject of subjects) expect(isHoldable(subject)).toBe(true)
    expect(isHoldable({ x: 0.1, y: 0.1, width: 0.8, height: 0.8 })).toBe(true)
    expect(isHoldable({ x: 0, y: 0.25, width: 1, height: 0.5 })).toBe(false)
    expect(isHoldable({ x: 0, y: 0, width: 1, height: 1 })).toBe(false)
    expect(isHoldable({ x: 0, y: 0, width: 0.2, height: 0.2 })).toBe(false)
  })

  it('is made smaller until it can be held, and otherwise stays', () => {
    const subject = { x: 0.2, y: 0.3, width: 0.5, height: 0.6 }
    expect(fitSubject(subject)).toBe(subject)
    const whole = fitSubject({ x: 0, y: 0, width: 1, height: 1 })
    expect(whole.width).toBeGreaterThan(0.78)
    expect(whole.x).toBeCloseTo((1 - whole.width) / 2)
  })

  it('is seen to the share that a circle covers', () => {
    const half = { x: 0.5, y: 0.25, width: 0.5, height: 0.5 }
    expect(heldShare(half, { x: 0, y: 0, radius: 9 })).toBe(1)
    expect(heldShare(half, { x: 9, y: 0, radius: 1 })).toBe(0)
    // A quarter of the circle in a quarter of its square, twice.
    const radius = 1 / 0.97
    expect(heldShare({ x: 0.5, y: 0, width: 0.5, height: 1 }, { x: 0, y: 0, radius })).toBeCloseTo(
      Math.PI / 4,
      1,
    )
  })
})
