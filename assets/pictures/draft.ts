import type { Canvas } from '@napi-rs/canvas'
import type { Subject } from '@upright/core'

/** A picture of the library before it is a file. */
export interface Draft {
  kind: 'photo' | 'render'
  /** A short English name, with a capital. */
  name: string
  species: string
  canvas: Canvas
  /** The box of the animal. */
  subject: Subject
  credit: string
  licence: string
  source: string
}
