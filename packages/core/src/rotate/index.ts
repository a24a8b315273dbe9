export { degreesApart, readDegrees, signedDegrees } from './accept.ts'
export { DISC_SIZE, drawDisc } from './disc.ts'
export { PICTURE_SIZE, type Picture } from './picture.ts'
export { drawView, leanSeen, type View } from './view.ts'
