export {
  type AltchaNumber,
  type AltchaParameters,
  altchaHash,
  altchaNumber,
  altchaParameters,
} from './altcha.ts'
export { type CapPuzzle, capPuzzles, capShape } from './cap.ts'
export { type Hash, hashKey, passwordOf, slowKey, slowKeySync } from './key.ts'
export { type WorkShape, workResponse } from './kind.ts'
export { levelBeside, nativeWork } from './native.ts'
export { levelOf, triesOf, type WorkSettings } from './settings.ts'
export { solveWork } from './solve.ts'
export type { Work, WorkFunction } from './wire.ts'
