/** The box around what a picture shows, its subject. Shares of the picture's side, 0 … 1. */
export interface Subject {
  /** Of its left edge from the picture's left, and of its top edge from the picture's top. */
  x: number
  y: number
  width: number
  height: number
}

/** A circle within a picture. Lengths are shares of half the picture's side, its middle the origin. */
export interface Circle {
  x: number
  y: number
  radius: number
}

/** What is taken for the subject of a picture of which nothing is known: most of its middle. */
export const UNKNOWN_SUBJECT: Subject = { x: 0.15, y: 0.15, width: 0.7, height: 0.7 }

/** The smallest width and height of a subject: less than this is a part of an animal. */
export const MIN_SUBJECT = 0.1

/** The most of a picture that discs show: half its width, in shares of half the picture's side. */
export const MAX_REACH = 0.96
/** Half the widths that are tried. */
const REACHES = Array.from({ length: 16 }, (_, i) => MAX_REACH - 0.02 * (15 - i))

/**
 * The share of a subject that a circle must hold. Every view holds 0.85 of it: the bend of a view may push
 * the difference over the rim.
 */
const HELD = 0.93
/** The radius of what is seen of a disc: its rim fades out. */
const CLEAR = 0.97
/** Rows in which the area of a subject is summed up. */
const ROWS = 10

/** The share of a subject's area that is seen in a disc of a circle, 0 … 1. */
export function heldShare(subject: Subject, { x, y, radius }: Circle): number {
  const clear = CLEAR * radius
  const left = 2 * subject.x - 1 - x
  const right = left + 2 * subject.width
  let sum = 0
  for (let row = 0; row < ROWS; row++) {
    const v = 2 * (subject.y + ((row + 0.5) / ROWS) * subject.height) - 1 - y
    const half = Math.sqrt(Math.max(0, clear * clear - v * v))
    sum += Math.max(0, Math.min(right, half) - Math.max(left, -half))
  }
  return sum / (ROWS * (right - left))
}

export const isHeld = (subject: Subject, circle: Circle): boolean => heldShare(subject, circle) >= HELD

/** The circle of a radius around a subject's middle, moved to where the picture has all of it. */
export function circleAround({ x, y, width, height }: Subject, radius: number): Circle {
  const room = Math.max(0, 1 - radius)
  const within = (place: number) => Math.min(room, Math.max(-room, place))
  return { x: within(2 * x + width - 1), y: within(2 * y + height - 1), radius }
}

/**
 * The reaches with which a view can hold a subject, from the least on; none where it is too large or too far
 * aside.
 */
export function reachesHolding(subject: Subject): number[] {
  const reaches: number[] = []
  for (const reach of REACHES) {
    if (isHeld(subject, circleAround(subject, reach))) reaches.push(reach)
    // A subject far aside is not held any more by what is so wide that it has to stay in the middle.
    else if (reaches.length > 0) break
  }
  return reaches
}

/** Whether discs can hold a subject. */
export const isHoldable = (subject: Subject): boolean => reachesHolding(subject).length > 0

/** A box, scaled towards the picture's middle until a disc can hold it: discs show no corners. */
export function fitSubject(subject: Subject): Subject {
  let fit = subject
  while (!isHoldable(fit)) {
    const { x, y, width, height } = fit
    fit = { x: 0.01 + 0.98 * x, y: 0.01 + 0.98 * y, width: 0.98 * width, height: 0.98 * height }
  }
  return fit
}
