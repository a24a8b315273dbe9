import type { Stream } from '../random.ts'
import { reserve, type Shapes } from './shapes.ts'
import { sine } from './sine.ts'

/** Corners of a patch's outline. */
const CORNERS = 40

/** Adds a rounded, uneven patch somewhere on a picture of `width` × `height` pixels. */
export function addPatch(width: number, height: number, stream: Stream, shapes: Shapes): void {
  const x = stream.between(0.1, 0.9) * width
  const y = stream.between(0.2, 0.8) * height
  const [wide, high] = [stream.between(0.35, 0.8) * height, stream.between(0.3, 0.6) * height]
  const [dent, dentPhase] = [stream.between(0.05, 0.2), stream.unit()]
  const [lean, lobes] = [stream.between(-0.5, 0.5), 2 + stream.below(2)]
  reserve(shapes, 2 * CORNERS)
  for (let k = 0; k < CORNERS; k++) {
    const turn = k / CORNERS
    const radius = 1 + dent * sine(lobes * turn + dentPhase)
    const dy = radius * high * sine(turn)
    shapes.points[shapes.length++] = x + radius * wide * sine(turn + 0.25) + lean * dy
    shapes.points[shapes.length++] = y + dy
  }
  shapes.ends.push(shapes.length)
}
