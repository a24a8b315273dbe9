import type { Kind } from '../kind.ts'
import { acceptsAltchaKey, acceptsAltchaNumber } from './altcha.ts'
import { acceptsCap } from './cap.ts'
import { acceptsBeside, acceptsNative } from './native.ts'
import { drawSeed } from './seed.ts'
import type { WorkSettings } from './settings.ts'

/** The shape in which an id's work was handed out: the first word of a response, then a space. */
const SHAPES = {
  native: acceptsNative,
  'native-beside': acceptsBeside,
  cap: acceptsCap,
  'altcha-v1': acceptsAltchaNumber,
  'altcha-v2': acceptsAltchaKey,
}
export type WorkShape = keyof typeof SHAPES

/** Longest response looked at, in characters: 128 numbers of ten digits. */
const MAX_RESPONSE_LENGTH = 2048

/** A response to work of a shape. It is the dialect that knows the shape: browsers send the rest. */
export const workResponse = (shape: WorkShape, solution: string): string => `${shape} ${solution}`

/** Work for a browser to do: nothing is asked of a person. One id is the same work in every shape. */
export const work: Kind<WorkSettings> = {
  draw: (_variant, stream) => drawSeed(stream),
  forms: {},
  once: true,
  accepts(drawn, response) {
    const {
      settings: { levels },
      level = Number.NaN,
    } = drawn
    const end = response.indexOf(' ')
    const shape = response.slice(0, Math.max(end, 0))
    const known = response.length <= MAX_RESPONSE_LENGTH && Object.hasOwn(SHAPES, shape)
    if (!known || !(level >= levels[0] && level <= levels[1])) return false
    return SHAPES[shape as WorkShape](drawn, response.slice(end + 1))
  },
}
