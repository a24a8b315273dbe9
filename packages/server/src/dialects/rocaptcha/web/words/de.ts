import { de } from '../../../../../web/shared/sound-words.ts'
import type { Words } from './en.ts'

export const words: Words = {
  ...de,
  name: 'Sicherheitsprüfung',
  turn: 'Drehen Sie das Tier aufrecht',
  right: '{} nach rechts',
  left: '{} nach links',
  type: 'Zahl anhören und eingeben',
  play: 'Anhören',
  newPicture: 'Neues Bild',
  newNumber: 'Neue Zahl',
  pictureReady: 'Neues Bild ist da',
  numberReady: 'Neue Zahl ist da',
  listen: 'Hörversion',
  look: 'Bildversion',
  help: 'Hilfe',
  helpLook:
    'Drehen Sie das Bild durch Ziehen, mit den Knöpfen oder mit den Pfeiltasten. Wenn es schon aufrecht steht, drücken Sie darauf.',
  helpListen: 'Sie hören eine Zahl von 0 bis 359, Ziffer für Ziffer.',

  ADOPTION: 'Sucht ein Zuhause',
  FOUND: 'Fundtier',
  LOST: 'Vermisst',
  met: 'Das war {}',
  more: 'Mehr über {}',

  loading: 'Einen Moment…',
  late: 'Die Zeit war um.',
  wrong: 'Die Antwort war nicht richtig.',
  used: 'Diese Aufgabe gilt nicht mehr: Hier ist eine neue.',
  unanswered: 'Drehen Sie zuerst das Bild, oder drücken Sie darauf, wenn es schon aufrecht steht.',
  untyped: 'Geben Sie zuerst die Zahl ein, die Sie hören.',
  failed: 'Etwas ist schiefgegangen. Bitte noch einmal versuchen.',
}
