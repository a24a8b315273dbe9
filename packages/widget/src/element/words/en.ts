import type { NativeChallenge } from '../api.ts'

/**
 * What the widget says, in English. All of it is plain text. `{language}` and `{degrees}` are filled in.
 */
export const words = {
  name: 'Verification',
  idle: 'Not verified yet',
  start: 'Verify',
  working: 'Verifying…',
  choose: 'Please choose one',
  passed: 'Verified',
  expired: 'The verification has expired',
  failed: 'The verification is not possible at the moment',
  offline: 'The service is not responding. Trying again automatically',
  wrong: 'That was not right. Here is a new one',
  raised: 'One more step is needed',
  late: 'That took too long. Here is a new one',
  again: 'Try again',
  choices: 'How do you want to verify?',
  work: 'Wait',
  text: 'Read',
  speech: 'Listen',
  rotate: 'Turn',
  other: 'Another way',
  instead: 'Solve something instead of waiting',
  another: 'Another one',
  check: 'Check',
  readCode: 'Type the characters in the picture',
  picture: 'Picture of a code',
  hearCode: 'Type the digits you hear',
  heardIn: 'Spoken in {language}',
  // The languages that have voices, in the form that `heardIn` needs: browsers do not know all their names.
  languages: { fr: 'French', en: 'English', cs: 'Czech', de: 'German', es: 'Spanish', it: 'Italian' },
  turnDisc: 'Turn the animal upright',
  turnHelp: 'Arrow keys turn by one degree, with Shift by five, Page Up and Page Down by fifteen.',
  turnBack: 'Turn anticlockwise',
  turnOn: 'Turn clockwise',
  // A number from 0 to 359, by its plural category.
  degrees: { one: '{degrees} degree', other: '{degrees} degrees' },
  loading: 'Loading…',
  notLoaded: 'This could not be loaded. Please try another one',
  missing: 'Please complete the verification',
  sending: 'The form is sent as soon as this is verified',
  listen: 'Listen',
  pause: 'Pause',
  resume: 'Resume',
  replay: 'From the start',
  slower: 'Slower',
  playing: 'Playing',
  paused: 'Paused',
  ended: 'Type what you heard',
  blocked: 'Press once more to listen',
  copyPass: 'Copy this whole text and paste it into the form',
}

type Grouped = 'languages' | 'degrees'

/** What the widget says, in one language. */
export interface Words extends Record<Exclude<keyof typeof words, Grouped>, string> {
  languages: Record<NonNullable<NativeChallenge['speech_language']>, string>
  /** `other` is for browsers that do not know the plurals of the language, too. */
  degrees: { [Category in Intl.LDMLPluralRule]?: string } & { other: string }
}
