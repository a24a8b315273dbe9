import { readNumber } from '../code.ts'
import type { Kind, Render } from '../kind.ts'
import { type SpeechOptions, speakCode } from './speak.ts'

/** The form in which any code can be heard, character by character. */
export const sound: Render<SpeechOptions> = ({ settings: { language, snr, spelling }, answer }, stream) => ({
  type: 'audio/x-wav',
  bytes: speakCode(answer, { language, snr, spelling }, stream),
})

/** Numbers that may be spoken: as many as a disc has directions, in whose place they are. */
const MAX_NUMBER = 360

/** Sound settings of a style of numbers. */
export type NumberSettings = Pick<SpeechOptions, 'language' | 'snr'>

/** A number to type that is spoken digit by digit: for the ear what a disc is for the eye. */
export const number: Kind<NumberSettings, 'sound'> = {
  draw: (_variant, stream) => String(stream.below(MAX_NUMBER)),
  forms: { sound },
  accepts: ({ answer }, response) => readNumber(response) === Number(answer),
}
