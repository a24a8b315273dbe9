import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { machineEaseOf } from './machine-ease.ts'

const SIZE = 224

function machineEaseOfDrawing(draw: (context: SKRSContext2D) => void, degrees = 0): number {
  const canvas = createCanvas(SIZE, SIZE)
  const context = canvas.getContext('2d')
  context.translate(SIZE / 2, SIZE / 2)
  context.rotate((degrees * Math.PI) / 180)
  context.translate(-SIZE / 2, -SIZE / 2)
  draw(context)
  return machineEaseOf(context.getImageData(0, 0, SIZE, SIZE).data, SIZE)
}

/** A house on a meadow under the sky, larger than the canvas so that it can be turned. */
function house(context: SKRSContext2D): void {
  context.fillStyle = '#8bf'
  context.fillRect(-SIZE, -SIZE, 3 * SIZE, 3 * SIZE)
  context.fillStyle = '#252'
  context.fillRect(-SIZE, 150, 3 * SIZE, 3 * SIZE)
  context.fillStyle = '#543'
  for (let x = -SIZE; x < 2 * SIZE; x += 9) context.fillRect(x, 155 + ((x * 7) % 60), 4, 4)
  context.fillStyle = '#a64'
  context.fillRect(60, 80, 100, 80)
  context.fillStyle = '#222'
  for (const x of [70, 100, 130]) context.fillRect(x, 95, 18, 25)
}

describe('machine ease', () => {
  it('is high for a house under the sky, and low for it upside down or lying', () => {
    expect(machineEaseOfDrawing(house)).toBeGreaterThan(0.6)
    for (const degrees of [45, 90, 180, 270]) expect(machineEaseOfDrawing(house, degrees)).toBeLessThan(0.2)
  })

  it('is that of a guess where there is nothing to be seen', () => {
    const flat = machineEaseOfDrawing(context => {
      context.fillStyle = '#789'
      context.fillRect(0, 0, SIZE, SIZE)
    })
    expect(flat).toBeCloseTo(1 / 24)
    const round = machineEaseOfDrawing(context => {
      context.fillStyle = '#789'
      context.fillRect(0, 0, SIZE, SIZE)
      context.fillStyle = '#fed'
      context.arc(SIZE / 2, SIZE / 2, 70, 0, 2 * Math.PI)
      context.fill()
    })
    expect(round).toBeLessThan(0.12)
  })

  it('is a chance, whatever the pixels', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 112, max: 130 }),
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        (size, bytes) => {
          const pixels = Uint8ClampedArray.from({ length: 4 * size * size }, (_, i) => bytes[(i * i) % 64]!)
          const machineEase = machineEaseOf(pixels, size)
          expect(machineEase).toBeGreaterThanOrEqual(0)
          expect(machineEase).toBeLessThanOrEqual(1)
        },
      ),
      { seed: 1, numRuns: 20 },
    )
  })
})
