import type { Subject } from './subject.ts'

/** A picture made ready for discs: square, upright, its middle the middle of what is to be seen. */
export interface Picture {
  /** Pixels on a side. */
  size: number
  /**
   * Rows of pixels from the top, each 0x__BBGGRR: RGBA bytes, read as signed numbers, which engines add
   * fastest.
   */
  pixels: Int32Array
  /** Degrees by which what it shows leans clockwise; a disc turns it back by as many. @default 0 */
  lean?: number | undefined
  /** The box around what it shows. @default most of its middle */
  subject?: Subject | undefined
}

/**
 * Pixels on a side of a picture: a disc of 240 shows two thirds of it or more, so that every angle is taken
 * from more than it shows.
 */
export const PICTURE_SIZE = 448
