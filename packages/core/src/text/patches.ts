import type { Stream } from '../random.ts'
import type { Block, Row } from './layout.ts'
import { reserve, type Shapes } from './shapes.ts'

/** Corners of each side of a patch: as many as it takes to bend it along with the letters. */
const CORNERS = 12
/** The fewest and the most letters that a patch covers. */
const LETTERS = [1, 3] as const
/** How far patches reach beyond the letters, in units of the capital's height: out of every picture. */
const PATCH_MARGIN = 6
/** The most by which the side of a patch leans, as a tangent. */
const MAX_LEAN = 0.12

/** A side of a patch: where it is at half of the block's height, and its lean. */
interface Side {
  x: number
  lean: number
}

/**
 * Adds patches of one to three letters of a row each, so that about a `share` of the letters are in one. They
 * begin and end between letters: a letter that is half ink and half ground costs a reader more than a
 * machine.
 */
export function addPatches(block: Block, share: number, stream: Stream, shapes: Shapes): void {
  if (share === 0) return
  for (const row of block.rows) {
    const sides = [-PATCH_MARGIN, ...row.seams, block.width + PATCH_MARGIN].map(x => ({
      x,
      lean: stream.between(-MAX_LEAN, MAX_LEAN),
    }))
    let from = 0
    while (from < sides.length - 1) {
      const letters = LETTERS[0] + stream.below(LETTERS[1] - LETTERS[0] + 1)
      const to = Math.min(sides.length - 1, from + letters)
      if (stream.unit() < share) addPatch(block, row, sides[from]!, sides[to]!, shapes)
      from = to
    }
  }
}

function addPatch(block: Block, { first, last }: Row, left: Side, right: Side, shapes: Shapes): void {
  reserve(shapes, 8 * CORNERS)
  const top = (x: number) => (first ? -PATCH_MARGIN : block.border(x))
  const foot = (x: number) => (last ? block.height + PATCH_MARGIN : block.border(x))
  /** Adds a side's corners but for the last, which is the next side's first. */
  const walk = (point: (share: number) => readonly [x: number, y: number]) => {
    for (let k = 0; k < CORNERS; k++) {
      const [x, y] = point(k / CORNERS)
      shapes.points[shapes.length++] = x
      shapes.points[shapes.length++] = y
    }
  }
  const leaning = ({ x, lean }: Side, y: number) => x + lean * (y - block.height / 2)
  const down = (side: Side, share: number) => {
    const y = top(side.x) + share * (foot(side.x) - top(side.x))
    return [leaning(side, y), y] as const
  }
  const across = (height: typeof top, share: number) => {
    const [from, to] = [leaning(left, height(left.x)), leaning(right, height(right.x))]
    const x = from + share * (to - from)
    return [x, height(x)] as const
  }
  // Clockwise on a screen.
  walk(share => across(top, share))
  walk(share => down(right, share))
  walk(share => across(foot, 1 - share))
  walk(share => down(left, 1 - share))
  shapes.ends.push(shapes.length)
}
