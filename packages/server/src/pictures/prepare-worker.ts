/**
 * The thread that makes pictures ready while the service goes on answering: one takes as long as some hundred
 * codes.
 */

import { answerWith } from '../threads/thread.ts'
import { type Crop, type Description, describePicture, preparePicture } from './codec.ts'

/** A picture's file, and the square that is used of it. */
export interface PictureToPrepare {
  bytes: Uint8Array
  crop: Crop
}

/** A picture that was prepared before, of which is asked what is seen in it. */
export interface PictureToDescribe {
  prepared: Uint8Array
}

answerWith<PictureToPrepare | PictureToDescribe, Description>(question =>
  'prepared' in question ? describePicture(question.prepared) : preparePicture(question.bytes, question.crop),
)
