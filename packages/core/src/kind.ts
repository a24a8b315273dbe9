import type { Stream } from './random.ts'
import type { SeasonOrigin } from './text/index.ts'

/** How a challenge can be presented to a visitor. The answer is the same for every form. */
export type Form = 'picture' | 'sound'

/** What a visitor's browser is sent: the bytes and their media type. */
export interface Rendition {
  type: string
  bytes: Uint8Array
}

/**
 * A kind of challenge: three pure functions. `style` is the kind's own part of a named style.
 *
 * A kind knows nothing of ids, time, sites or storage; everything random comes from the stream it is given. All challenges of a site and style
 * have the same `season` for some days: it says how they look alike.
 */
export interface Kind<Style> {
  /** The secret answer of a new challenge. */
  draw(style: Style, stream: Stream): string
  /** One renderer a form; a form that is missing cannot be shown. The same stream gives the same bytes. */
  forms: {
    readonly [form in Form]?: (
      style: Style,
      answer: string,
      stream: Stream,
      season: SeasonOrigin,
    ) => Rendition
  }
  /** Whether a response answers the challenge, within a `tolerance` where there can be one. Never throws, whatever the visitor sent. */
  accepts(style: Style, answer: string, response: string, tolerance: number): boolean
}
