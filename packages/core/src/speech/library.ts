import { type CodeChoice, chooseCode } from '../code.ts'
import { type SpeechOptions, speakCode } from './speak.ts'

/** Options of `speechCaptcha`. */
export interface SpeechCaptchaOptions extends CodeChoice, SpeechOptions {}

/** Everybody can tell digits apart by ear, in all languages. */
const ALPHABET = '0123456789'

/** A code and its sound. */
export interface SpeechCaptcha {
  /** The answer, which the visitor has to type; keep it on the server. */
  answer: string
  /** The sound's file: PCM, 16 bit, mono, 16 kHz. */
  wav: Uint8Array
  /** The same as `data:audio/x-wav;base64,…`, for the `src` of an audio element. */
  dataUrl: string
}

/**
 * A spoken code as a WAV file, in one call and without a server.
 * @throws CaptchaError `bad_code`, `bad_style`, `asset_corrupt`
 */
export function speechCaptcha(options: SpeechCaptchaOptions): SpeechCaptcha {
  const { answer, stream } = chooseCode(options, ALPHABET)
  const wav = speakCode(answer, options, stream)
  return { answer, wav, dataUrl: `data:audio/x-wav;base64,${Buffer.from(wav).toString('base64')}` }
}
