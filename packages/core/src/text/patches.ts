import type { Stream } from '../random.ts'
import type { Seam } from './layout.ts'
import { reserve, type Shapes } from './shapes.ts'

/** Corners of each side of a patch. */
const CORNERS = 20
/** The fewest and the most letters that a patch covers. */
const LETTERS = [1, 3] as const

/**
 * Adds patches that cover one to three letters each on a picture of `width` × `height` pixels. They begin and end at
 * `seams`, the places between letters: a letter that is half ink and half ground costs a reader more than a machine.
 */
export function addPatches(
  { seams, count, width, height }: { seams: readonly Seam[]; count: number; width: number; height: number },
  stream: Stream,
  shapes: Shapes,
): void {
  const [before, behind] = [-height, width + height]
  const edges = [{ top: before, bottom: before }, ...seams, { top: behind, bottom: behind }]
  let from = stream.below(2)
  for (let n = 0; n < count && from < edges.length - 1; n++) {
    const to = Math.min(edges.length - 1, from + LETTERS[0] + stream.below(LETTERS[1] - LETTERS[0] + 1))
    reserve(shapes, 4 * CORNERS)
    // Up the left side and down the right one: clockwise on a screen.
    for (let k = CORNERS - 1; k >= 0; k--) addCorner(shapes, edges[from]!, k / (CORNERS - 1), height)
    for (let k = 0; k < CORNERS; k++) addCorner(shapes, edges[to]!, k / (CORNERS - 1), height)
    shapes.ends.push(shapes.length)
    from = to + 1 + stream.below(2)
  }
}

/** Adds the point of a seam at a share of the picture's height: it goes over from the upper to the lower row in a curve. */
function addCorner(shapes: Shapes, { top, bottom }: Seam, share: number, height: number): void {
  const middle = share < 0.25 ? 0 : share > 0.75 ? 1 : 2 * share - 0.5
  shapes.points[shapes.length++] = top + (bottom - top) * middle * middle * (3 - 2 * middle)
  shapes.points[shapes.length++] = share * height
}
