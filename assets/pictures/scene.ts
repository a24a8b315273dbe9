import { type Brush, blurred, fillBelow, mix, ridge, wash } from './brush.ts'

/** Colours of a scene: of the sky or wall, of what is far, of the ground, and of small bright things. */
export interface Colours {
  sky: readonly string[]
  far: string
  ground: string
  bright: string
}

/** The animal's place: heights from the top and bounds from the left in pixels. */
export interface Stand {
  head: number
  feet: number
  left: number
  right: number
}

type Front = (() => void) | undefined
/** Paints what is behind an animal, and may give back what paints what is before it. */
export type Painter = (brush: Brush, colours: Colours, stand: Stand) => Front

/** Sky with its colours along some slant, so that it darkens neither always upwards nor always downwards. */
export function sky(brush: Brush, { sky: colours }: Colours): void {
  wash(brush, colours, brush.random.between(-1.2, 1.2))
}

/** Where the ground ends behind an animal, and how much that line leans. */
export const horizon = (brush: Brush, { feet }: Stand, up = [60, 150]) =>
  ridge(
    brush,
    feet - brush.random.between(up[0]!, up[1]!),
    brush.random.between(4, 16),
    brush.random.between(-0.16, 0.16),
  )

/** A ground whose far edge is out of focus. */
export function ground(brush: Brush, line: (x: number) => number, colours: readonly string[]): void {
  blurred(brush, 2, inner => fillBelow(inner, line, colours))
}

export const dark = (colour: string, t = 0.3) => mix(colour, '#141a2a', t)
export const light = (colour: string, t = 0.3) => mix(colour, '#ffffff', t)
