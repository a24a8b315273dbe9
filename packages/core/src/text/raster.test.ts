import { describe, expect, it } from 'vitest'
import { addPolygon, createRaster, INK, PATCH, shadePixels, startRaster } from './raster.ts'

/** Clockwise on a screen. */
const box = (left: number, top: number, right: number, bottom: number) =>
  Float32Array.from([left, top, right, top, right, bottom, left, bottom])

function shades(width: number, height: number, ink: Float32Array[], patches: Float32Array[] = []): number[] {
  const raster = createRaster()
  startRaster(raster, width, height)
  for (const points of ink) addPolygon(raster, points, 0, points.length, INK)
  for (const points of patches) addPolygon(raster, points, 0, points.length, PATCH)
  const pixels = new Uint8Array(width * height)
  shadePixels(raster, pixels)
  return [...pixels]
}

describe('the rasteriser', () => {
  it('fills whole pixels in full and parts of pixels in proportion', () => {
    expect(shades(3, 2, [box(0, 0, 1, 1)])).toEqual([15, 0, 0, 0, 0, 0])
    expect(shades(3, 1, [box(0.5, 0, 2.2, 1)])).toEqual([8, 15, 3])
    expect(shades(2, 2, [box(0, 0.6, 2, 1.4)])).toEqual([6, 6, 6, 6])
  })

  it('covers half of the pixels on a diagonal', () => {
    expect(shades(2, 2, [Float32Array.from([0, 0, 2, 2, 0, 2])])).toEqual([8, 0, 15, 8])
    // An edge that crosses many pixels of one row: the area left of it falls evenly.
    expect(shades(4, 1, [Float32Array.from([0, 0, 4, 1, 0, 1])])).toEqual([13, 9, 6, 2])
  })

  it('cuts overlapping ink off at full, and leaves holes empty', () => {
    expect(shades(3, 1, [box(0, 0, 2, 1), box(1, 0, 3, 1)])).toEqual([15, 15, 15])
    const hole = Float32Array.from([1, 0, 1, 1, 2, 1, 2, 0])
    expect(shades(3, 1, [box(0, 0, 3, 1), hole])).toEqual([15, 0, 15])
  })

  it('swaps ink and ground in patches, and back where two patches meet', () => {
    expect(shades(4, 1, [box(0, 0, 2, 1)], [box(1, 0, 3, 1)])).toEqual([15, 0, 15, 0])
    expect(shades(2, 1, [box(0, 0, 1, 1)], [box(0, 0, 2, 1), box(0, 0, 2, 1)])).toEqual([15, 0])
  })

  it('cuts off what reaches out of the picture', () => {
    expect(shades(2, 2, [box(-9, -9, 1, 9)])).toEqual([15, 0, 15, 0])
    expect(shades(2, 1, [box(-5, 0, -1, 1), box(3, 0, 9, 1), box(0, -4, 2, -1)])).toEqual([0, 0])
    expect(shades(2, 1, [Float32Array.from([-8, 0, 10, 0, 1, 9])])).toEqual([15, 15])
  })
})
