import { CODE_RULES, type CodeChoice, chooseCode } from '../code-choice.ts'
import { checkOptions, type OptionRules } from '../options.ts'
import { LANGUAGES, languageOf } from './assets.ts'
import { SPEECH_RULES, type SpeechOptions, speakCode } from './speak.ts'

/** Options of `speechCaptcha`. */
export interface SpeechCaptchaOptions extends CodeChoice, Omit<SpeechOptions, 'language'> {
  /** A language that codes are spoken in, as a tag: `fr`, also `FR` or `fr-CA`. */
  language: string
}

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

const RULES: OptionRules<SpeechCaptchaOptions> = {
  ...CODE_RULES,
  ...SPEECH_RULES,
  language: {
    accepts: value => typeof value === 'string' && languageOf(value, LANGUAGES) !== undefined,
    words: `one of ${LANGUAGES.join(', ')}, with or without a region`,
    required: true,
  },
}

/**
 * A spoken code as a WAV file, in one call and without a server.
 * @throws CaptchaError `bad_option`, `asset_corrupt`
 */
export function speechCaptcha(options: SpeechCaptchaOptions): SpeechCaptcha {
  checkOptions('speechCaptcha', options, RULES)
  const { language, snr, spelling, ...choice } = options
  const { answer, stream } = chooseCode(choice, ALPHABET)
  const wav = speakCode(answer, { language: languageOf(language, LANGUAGES)!, snr, spelling }, stream)
  return { answer, wav, dataUrl: `data:audio/x-wav;base64,${Buffer.from(wav).toString('base64')}` }
}
