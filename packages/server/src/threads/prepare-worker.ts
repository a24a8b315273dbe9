/**
 * The thread that makes pictures ready while the service goes on answering: one takes as long as some hundred
 * codes.
 */

import { type Crop, preparePicture } from '../pictures/codec.ts'
import { answerWith } from './thread.ts'

/** A picture's file, and the square that is used of it. */
export interface PictureToPrepare {
  bytes: Uint8Array
  crop: Crop
}

answerWith(({ bytes, crop }: PictureToPrepare) => preparePicture(bytes, crop))
