/** Polygons in one growing array, reused from picture to picture. */
export interface Shapes {
  /** Corner coordinates x, y, x, y … */
  points: Float32Array
  /** How many entries of `points` are in use. */
  length: number
  /** Index into `points` after the last coordinate of each polygon. */
  ends: number[]
}

/** No polygons yet. */
export const createShapes = (): Shapes => ({ points: new Float32Array(4096), length: 0, ends: [] })

/** Forgets the polygons and keeps the room. */
export function clearShapes(shapes: Shapes): void {
  shapes.length = 0
  shapes.ends.length = 0
}

/** Makes room for `more` coordinates. */
export function reserve(shapes: Shapes, more: number): void {
  if (shapes.length + more <= shapes.points.length) return
  const grown = new Float32Array(2 * (shapes.length + more))
  grown.set(shapes.points.subarray(0, shapes.length))
  shapes.points = grown
}

/** Moves all corners from index `from` on. */
export function moveShapes({ points, length }: Shapes, from: number, x: number, y: number): void {
  for (let i = from; i < length; i += 2) {
    points[i]! += x
    points[i + 1]! += y
  }
}

/** The smallest box around the polygons. */
export function boundsOf({ points, length }: Shapes) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let i = 0; i < length; i += 2) {
    const x = points[i]!
    const y = points[i + 1]!
    if (x < left) left = x
    if (x > right) right = x
    if (y < top) top = y
    if (y > bottom) bottom = y
  }
  return { left, top, right, bottom }
}
