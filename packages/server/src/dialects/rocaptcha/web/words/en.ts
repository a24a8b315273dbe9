import { en } from '../../../../../web/shared/sound-words.ts'

/** What the widget says in English. `{}` is filled in. */
export const words = {
  ...en,
  name: 'Security check',
  turn: 'Turn the animal upright',
  right: '{} to the right',
  left: '{} to the left',
  type: 'Listen and type the number',
  play: 'Play',
  newPicture: 'New picture',
  newNumber: 'New number',
  pictureReady: 'New picture ready',
  numberReady: 'New number ready',
  listen: 'Listen instead',
  look: 'Look instead',
  help: 'Help',
  helpLook:
    'Drag the picture round, or use the buttons or the arrow keys. If it is upright already, just press it.',
  helpListen: 'You hear a number from 0 to 359, digit by digit.',

  ADOPTION: 'Looking for a home',
  FOUND: 'Found animal',
  LOST: 'Lost animal',
  met: 'You have met {}',
  more: 'More about {}',

  loading: 'One moment…',
  late: 'The time was up.',
  wrong: 'That was not quite right.',
  used: 'That challenge can no longer be used: here is a new one.',
  unanswered: 'Turn the picture first, or press it if it is upright already.',
  untyped: 'First type the number that you hear.',
  failed: 'Something went wrong. Please try again.',
}

/** A name of something the widget says. */
export type Word = keyof typeof words
export type Words = Record<Word, string>
