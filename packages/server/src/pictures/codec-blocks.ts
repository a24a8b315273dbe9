/**
 * What a picture of `size` × `size` RGBA pixels is in `count` × `count` blocks, row by row, each from the
 * mean of its pixels: `of` makes it from red, green and blue, 0 … 255.
 */
export function blocksOf(
  rgba: Uint8ClampedArray,
  size: number,
  count: number,
  of: (r: number, g: number, b: number) => number,
): Float64Array {
  const sums = new Float64Array(3 * count * count)
  const pixels = new Float64Array(count * count)
  const blockAt = Uint16Array.from({ length: size }, (_, i) => Math.floor((i * count) / size))
  for (let y = 0, i = 0; y < size; y++) {
    const row = blockAt[y]! * count
    for (let x = 0; x < size; x++, i += 4) {
      const block = row + blockAt[x]!
      sums[3 * block]! += rgba[i]!
      sums[3 * block + 1]! += rgba[i + 1]!
      sums[3 * block + 2]! += rgba[i + 2]!
      pixels[block]!++
    }
  }
  return pixels.map((n, i) => of(sums[3 * i]! / n, sums[3 * i + 1]! / n, sums[3 * i + 2]! / n))
}

/** How light a colour is, 0 … 255 (ITU-R BT.601). */
export const lightness = (r: number, g: number, b: number): number => 0.299 * r + 0.587 * g + 0.114 * b
