/**
 * A code as a sound: recorded letters resynthesised in other voices, over a murmur, through a room, all from
 * one stream.
 */
export { checkVoices, LANGUAGES, type Language, languageOf, voicesOf } from './assets.ts'
export { type SpeechOptions, speakCode } from './speak.ts'
export { type SpeechCaptcha, type SpeechCaptchaOptions, speechCaptcha } from './speech-captcha.ts'
