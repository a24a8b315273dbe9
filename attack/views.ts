/** Pictures as a reader may look at them: scaled, cleaned of colours and noise, cut into rows. */
import { type Canvas, createCanvas, type Image, ImageData, loadImage } from '@napi-rs/canvas'

/** RGBA bytes, opaque. */
export interface View {
  width: number
  height: number
  rgba: Uint8ClampedArray
}

/** A picture's file (PNG, GIF or SVG) over white, scaled to so many pixels of height. */
export async function plain(file: Uint8Array, height: number): Promise<View> {
  const image = await loadImage(file)
  return drawn(image, image.width, image.height, height)
}

function drawn(image: Image | Canvas, width: number, height: number, wanted: number): View {
  const across = Math.max(1, Math.round((width * wanted) / height))
  const context = createCanvas(across, wanted).getContext('2d')
  context.fillStyle = '#fff'
  context.fillRect(0, 0, across, wanted)
  context.imageSmoothingQuality = 'high'
  context.drawImage(image, 0, 0, across, wanted)
  return { width: across, height: wanted, rgba: context.getImageData(0, 0, across, wanted).data }
}

/**
 * Black on white by how far a colour is from that of the border, smoothed: what is drawn, whatever its
 * colour.
 */
export function soft(view: View): View {
  const { width, height, rgba } = view
  const ground = [0, 1, 2].map(channel => {
    const border: number[] = []
    for (let x = 0; x < width; x++) {
      border.push(rgba[4 * x + channel]!, rgba[4 * ((height - 1) * width + x) + channel]!)
    }
    return border.sort((a, b) => a - b)[border.length >> 1]!
  })
  const far = new Float32Array(width * height)
  for (let i = 0; i < far.length; i++) {
    for (let channel = 0; channel < 3; channel++) {
      far[i] = Math.max(far[i]!, Math.abs(rgba[4 * i + channel]! - ground[channel]!))
    }
  }
  const smooth = blurred(medians(far, width, height), width, height, Math.round(height / 60))
  const most = smooth.reduce((a, b) => Math.max(a, b), 1)
  return greyView(
    smooth.map(value => 255 * (1 - value / most)),
    width,
    height,
  )
}

/** A soft view in black and white, cut where that tells the two apart best (Otsu, 1979). */
export function blackAndWhite({ width, height, rgba }: View): View {
  const grey = Float32Array.from({ length: width * height }, (_, i) => rgba[4 * i]!)
  const cut = otsu(grey)
  return greyView(
    grey.map(value => (value <= cut ? 0 : 255)),
    width,
    height,
  )
}

/** The value up to which grey is black: the variance between the two groups is greatest. */
export function otsu(grey: ArrayLike<number> & Iterable<number>): number {
  const counts = new Float64Array(256)
  for (const value of grey) counts[value]!++
  const total = counts.reduce((sum, count, value) => sum + count * value, 0)
  let [best, cut, below, sum] = [-1, 0, 0, 0]
  counts.forEach((count, value) => {
    below += count
    sum += count * value
    const above = grey.length - below
    if (below === 0 || above === 0) return
    const between = below * above * (sum / below - (total - sum) / above) ** 2
    if (between > best) [best, cut] = [between, value]
  })
  return cut
}

/** The upper and the lower row of a picture with two, cut where there is least ink. */
export function rowsOf(view: View): [upper: View, lower: View] {
  const { width, height, rgba } = view
  const seam = seamOf(view)
  const part = (from: number, to: number): View => ({
    width,
    height: to - from,
    rgba: rgba.slice(4 * from * width, 4 * to * width),
  })
  return [part(0, seam), part(seam, height)]
}

/** The row of pixels near the middle with the least ink. */
function seamOf(view: View): number {
  const { width, height } = view
  const { rgba } = soft(view)
  const inkOf = (y: number) => {
    let sum = 0
    for (let x = 0; x < width; x++) sum += 255 - rgba[4 * (y * width + x)]!
    return sum
  }
  let [seam, least] = [0, Number.POSITIVE_INFINITY]
  for (let y = Math.round(height * 0.35); y < height * 0.65; y++) {
    const ink = inkOf(y)
    if (ink < least) [seam, least] = [y, ink]
  }
  return seam
}

/** A view at another height. */
export function scaled({ width, height, rgba }: View, wanted: number): View {
  const canvas = createCanvas(width, height)
  canvas.getContext('2d').putImageData(new ImageData(rgba, width, height), 0, 0)
  return drawn(canvas, width, height, wanted)
}

function greyView(grey: Float32Array, width: number, height: number): View {
  const rgba = new Uint8ClampedArray(4 * width * height).fill(255)
  grey.forEach((value, i) => {
    rgba.fill(value, 4 * i, 4 * i + 3)
  })
  return { width, height, rgba }
}

/** Each pixel as the middle one of its nine neighbours: what is thinner goes. */
function medians(values: Float32Array, width: number, height: number): Float32Array {
  const out = values.slice()
  const nine = new Float32Array(9)
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      // Put in their order one by one: sorting them by a library call takes ten times as long.
      for (let k = 0; k < 9; k++) {
        const value = values[(y + ((k / 3) | 0) - 1) * width + x + (k % 3) - 1]!
        let place = k
        for (; place > 0 && nine[place - 1]! > value; place--) nine[place] = nine[place - 1]!
        nine[place] = value
      }
      out[y * width + x] = nine[4]!
    }
  }
  return out
}

/** Means over squares of 2 × `reach` + 1 pixels, twice: near enough to a Gaussian. */
function blurred(values: Float32Array, width: number, height: number, reach: number): Float32Array {
  let blurry = values
  for (let pass = 0; pass < 2; pass++) {
    blurry = meansAlong(blurry, width, height, 1, width, reach)
    blurry = meansAlong(blurry, height, width, width, 1, reach)
  }
  return blurry
}

function meansAlong(
  values: Float32Array,
  length: number,
  lines: number,
  step: number,
  next: number,
  reach: number,
): Float32Array {
  const out = new Float32Array(values.length)
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      let [sum, count] = [0, 0]
      for (let k = Math.max(0, i - reach); k <= Math.min(length - 1, i + reach); k++) {
        sum += values[line * next + k * step]!
        count++
      }
      out[line * next + i * step] = sum / count
    }
  }
  return out
}
