/**
 * Does a disc tell its turn by anything but what it shows? It is drawn from pictures that look the same from
 * every side: whatever then foretells the turn is a trace of how it was drawn. A linear regression is given
 * everything that such traces were ever found in: the size of the file, the border, how rough the picture is
 * in each direction, and its spectrum.
 */
import { createHash } from 'node:crypto'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { DISC_SIZE, drawDisc, keyedStream, PICTURE_SIZE, type Picture, type Stream } from '@upright/core'
import { encodeDisc } from './pixels.ts'

/** Discs whose turn the regression is told, and discs whose turn it foretells. */
const LEARNT = 500
export const TESTED = 300
/** Correlation that a forecast may have by chance: four times what it deviates by. */
export const CHANCE = 4 / Math.sqrt(TESTED)

/** A disc's file from its turn and its number. */
export type DiscFile = (turn: number, number: number) => Buffer

const stream = (seed: string) => keyedStream(createHash('sha256').update(seed).digest())

/** Round spots, thrown anywhere: unlike noise in pixels, they have no directions of their own. */
function texture(random: Stream): Picture {
  const size = PICTURE_SIZE
  const grey = new Float32Array(size * size).fill(128)
  for (let spot = 0; spot < 5000; spot++) {
    const [x, y, width] = [random.between(-9, size + 9), random.between(-9, size + 9), random.between(1.6, 4)]
    const height = random.between(-70, 70)
    const reach = Math.ceil(3.5 * width)
    // What a spot adds is a product, of what its row and its column have.
    const fallOff = (away: number) => Math.exp(-(away ** 2) / (2 * width * width))
    const left = Math.max(0, Math.ceil(x) - reach)
    const across = Float64Array.from({ length: Math.ceil(Math.min(size, x + reach)) - left }, (_, k) =>
      fallOff(left + k - x),
    )
    for (let j = Math.max(0, Math.ceil(y) - reach); j < Math.min(size, y + reach); j++) {
      const added = height * fallOff(j - y)
      const row = j * size + left
      for (let k = 0; k < across.length; k++) grey[row + k]! += added * across[k]!
    }
  }
  const pixels = Int32Array.from(grey, value => Math.max(0, Math.min(255, Math.round(value))) * 0x010101)
  return { size, pixels }
}

/** Where discs are decoded: each covers all of the one before. */
const context = createCanvas(DISC_SIZE, DISC_SIZE).getContext('2d')

/** What an attacker measures in a disc's file. */
async function measure(file: Buffer): Promise<number[]> {
  context.drawImage(await loadImage(file), 0, 0)
  const { data } = context.getImageData(0, 0, DISC_SIZE, DISC_SIZE)
  const at = (x: number, y: number) => data[4 * (y * DISC_SIZE + x) + 1]!
  const middle = DISC_SIZE / 2
  const features = [file.length]
  // The border, in sixteen directions.
  for (let k = 0; k < 16; k++) {
    const angle = (k * Math.PI) / 8
    let sum = 0
    for (let r = middle - 6; r < middle + 2; r++) {
      sum +=
        at(Math.round(middle + r * Math.cos(angle)) | 0, Math.round(middle + r * Math.sin(angle)) | 0) || 0
    }
    features.push(sum)
  }
  // Roughness in eight directions, at three distances, and of second differences.
  const half = 70
  for (const [dx, dy] of [
    [1, 0],
    [0, 1],
    [1, 1],
    [1, -1],
    [2, 1],
    [1, 2],
    [2, -1],
    [1, -2],
  ] as const) {
    for (const far of [1, 2]) {
      let [first, second] = [0, 0]
      for (let y = -half; y < half; y += 4) {
        for (let x = -half; x < half; x += 3) {
          const here = at(middle + x, middle + y)
          const there = at(middle + x + far * dx, middle + y + far * dy)
          first += (there - here) ** 2
          second += (at(middle + x - far * dx, middle + y - far * dy) - 2 * here + there) ** 2
        }
      }
      features.push(Math.log(first + 1), Math.log(second + 1))
    }
  }
  // The spectrum of how rough lines are: resampling makes it rise and fall at an even pace.
  for (const [next, line] of [
    [4, 4 * DISC_SIZE],
    [4 * DISC_SIZE, 4],
  ] as const) {
    const rough = Array.from({ length: 128 }, (_, i) => {
      let sum = 0
      for (let j = -60; j < 60; j++) {
        const place = (middle - 64 + i) * next + (middle + j) * line + 1
        sum += Math.abs(data[place - next]! - 2 * data[place]! + data[place + next]!)
      }
      return sum
    })
    for (let f = 1; f < 64; f += 3) {
      let [re, im] = [0, 0]
      rough.forEach((value, i) => {
        re += value * Math.cos((2 * Math.PI * f * i) / 128)
        im += value * Math.sin((2 * Math.PI * f * i) / 128)
      })
      features.push(Math.log(re * re + im * im + 1))
    }
  }
  return features
}

/**
 * The weights of ridge regressions: for each row of `wanted`, the linear forecast of it from `rows` that errs
 * least.
 */
function ridge(rows: number[][], wanted: number[][], penalty: number): number[][] {
  const n = rows[0]!.length
  const columns = Array.from({ length: n }, (_, i) => rows.map(row => row[i]!))
  const matrix = columns.map((column, i) => [
    ...columns.map((other, j) => dot(column, other) + (i === j ? penalty : 0)),
    ...wanted.map(each => dot(column, each)),
  ])
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const share = matrix[j]![i]! / matrix[i]![i]!
      for (let k = i; k < n + wanted.length; k++) matrix[j]![k]! -= share * matrix[i]![k]!
    }
  }
  return wanted.map((_, column) => {
    const weights = new Array<number>(n).fill(0)
    for (let i = n - 1; i >= 0; i--) {
      let rest = matrix[i]![n + column]!
      for (let k = i + 1; k < n; k++) rest -= matrix[i]![k]! * weights[k]!
      weights[i] = rest / matrix[i]![i]!
    }
    return weights
  })
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!
  return sum
}

const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length

function correlation(a: number[], b: number[]): number {
  const [ma, mb] = [mean(a), mean(b)]
  let [ab, aa, bb] = [0, 0, 0]
  a.forEach((x, i) => {
    ab += (x - ma) * (b[i]! - mb)
    aa += (x - ma) ** 2
    bb += (b[i]! - mb) ** 2
  })
  return ab / Math.sqrt(aa * bb)
}

/** How well a linear forecast from what is measured foretells each of the turn's first harmonics, −1 … 1. */
export async function forecasts(file: DiscFile): Promise<number[]> {
  const random = stream('turns')
  const turns = Array.from({ length: LEARNT + TESTED }, () => random.below(360))
  const rows: number[][] = []
  for (const [i, turn] of turns.entries()) rows.push(await measure(file(turn, i)))
  const columns = rows[0]!.map((_, c) => rows.map(row => row[c]!))
  const scaled = columns.map(column => {
    const middle = mean(column)
    const spread = Math.sqrt(mean(column.map(x => (x - middle) ** 2))) || 1
    return column.map(x => (x - middle) / spread)
  })
  const inputs = rows.map((_, r) => scaled.map(column => column[r]!))
  const waves = [1, 2, 4, 8].flatMap(harmonic =>
    [Math.cos, Math.sin].map(wave => turns.map(turn => wave((harmonic * turn * Math.PI) / 180))),
  )
  const weights = ridge(
    inputs.slice(0, LEARNT),
    waves.map(wave => wave.slice(0, LEARNT)),
    20,
  )
  return waves.map((wave, w) => {
    const told = inputs.slice(LEARNT).map(row => row.reduce((sum, x, i) => sum + x * weights[w]![i]!, 0))
    return correlation(told, wave.slice(LEARNT))
  })
}

/** Pictures of our own that look the same from every side, as discs are drawn. */
export function ourDiscs(): DiscFile {
  // Each picture happens to be a little rougher in some direction: those that are tested are none that were
  // learnt.
  const pictures = Array.from({ length: (LEARNT + TESTED) / 20 }, (_, i) => texture(stream(`picture ${i}`)))
  return (turn, number) => {
    const picture = pictures[Math.floor(number / 20)]!
    return encodeDisc(drawDisc(picture, turn, stream(`${number}`)), DISC_SIZE)
  }
}

/** One such picture turned by a canvas, which smooths it differently at each angle. */
export function canvasDiscs(): DiscFile {
  const { size, pixels } = texture(stream('a'))
  const source = createCanvas(size, size)
  const image = source.getContext('2d').createImageData(size, size)
  image.data.set(new Uint8Array(pixels.buffer))
  for (let i = 3; i < image.data.length; i += 4) image.data[i] = 255
  source.getContext('2d').putImageData(image, 0, 0)
  return turn => {
    const canvas = createCanvas(DISC_SIZE, DISC_SIZE)
    const context = canvas.getContext('2d')
    context.translate(DISC_SIZE / 2, DISC_SIZE / 2)
    context.rotate((-turn * Math.PI) / 180)
    context.drawImage(source, -size / 2, -size / 2)
    return canvas.encodeSync('jpeg', 85)
  }
}
