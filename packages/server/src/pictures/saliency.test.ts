import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas'
import { isHoldable, type Subject } from '@upright/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { subjectOf } from './saliency.ts'

const SIZE = 448

/** The subject of a drawing whose sides are 0 … 1. */
function subjectOfDrawing(draw: (context: SKRSContext2D) => void): Subject {
  const context = createCanvas(SIZE, SIZE).getContext('2d')
  context.scale(SIZE, SIZE)
  draw(context)
  return subjectOf(context.getImageData(0, 0, SIZE, SIZE).data, SIZE)
}

/** A ground that grows lighter downwards, with something on it. */
const onGround = ({ x, y, width, height }: Subject) =>
  subjectOfDrawing(context => {
    const ground = context.createLinearGradient(0, 0, 0, 1)
    ground.addColorStop(0, '#356')
    ground.addColorStop(1, '#7a8')
    context.fillStyle = ground
    context.fillRect(0, 0, 1, 1)
    context.fillStyle = '#b63'
    context.fillRect(x, y, width, height)
  })

describe('the subject of a picture', () => {
  it.each<Subject>([
    { x: 0.3, y: 0.2, width: 0.45, height: 0.6 },
    { x: 0.1, y: 0.3, width: 0.4, height: 0.4 },
    { x: 0.45, y: 0.35, width: 0.5, height: 0.5 },
  ])('is what stands out from what is around it, with a margin: %j', box => {
    const found = onGround(box)
    const [left, right] = [box.x - found.x, found.x + found.width - box.x - box.width]
    const [top, bottom] = [box.y - found.y, found.y + found.height - box.y - box.height]
    for (const margin of [left, right, top, bottom]) {
      expect(margin).toBeGreaterThan(-0.01)
      expect(margin).toBeLessThan(0.08)
    }
  })

  it('is never as small as an eye', () => {
    const found = onGround({ x: 0.4, y: 0.45, width: 0.08, height: 0.05 })
    expect(found.width).toBe(0.4)
    expect(found.height).toBe(0.4)
    expect([found.x + 0.2, found.y + 0.2]).toEqual([expect.closeTo(0.44, 1), expect.closeTo(0.475, 1)])
  })

  it('is most of a picture that shows the same everywhere, or whose edges differ as much as the rest', () => {
    for (const colour of ['#000', '#fff', '#c83']) {
      const { width, height } = subjectOfDrawing(context => {
        context.fillStyle = colour
        context.fillRect(0, 0, 1, 1)
      })
      expect(Math.min(width, height)).toBeGreaterThan(0.7)
    }
  })

  it('is one that discs can hold, whatever the picture', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(...Array(5).fill(fc.double({ min: 0, max: 1, noNaN: true }))), { maxLength: 8 }),
        spots => {
          const found = subjectOfDrawing(context => {
            for (const [x, y, width, height, hue] of spots as number[][]) {
              context.fillStyle = `hsl(${360 * hue!} 70% 50%)`
              context.fillRect(x!, y!, width! * (1 - x!), height! * (1 - y!))
            }
          })
          expect(isHoldable(found)).toBe(true)
        },
      ),
      { numRuns: 60, seed: 1 },
    )
  })
})
