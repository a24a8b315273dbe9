import { it } from '../../../../../web/shared/sound-words.ts'
import type { Words } from './en.ts'

export const words: Words = {
  ...it,
  name: 'Controllo di sicurezza',
  turn: 'Raddrizzi l’animale',
  right: '{} a destra',
  left: '{} a sinistra',
  type: 'Ascolti il numero e lo scriva',
  play: 'Ascolta',
  newPicture: 'Altra foto',
  newNumber: 'Altro numero',
  pictureReady: 'Nuova foto pronta',
  numberReady: 'Nuovo numero pronto',
  listen: 'Versione audio',
  look: 'Versione con foto',
  help: 'Aiuto',
  helpLook:
    'Giri l’immagine trascinandola, con i pulsanti o con le frecce della tastiera. Se è già dritta, la prema.',
  helpListen: 'Sentirà un numero da 0 a 359, cifra per cifra.',

  ADOPTION: 'Cerca casa',
  FOUND: 'Animale trovato',
  LOST: 'Animale smarrito',
  met: 'Ha conosciuto {}',
  more: 'Altro su {}',

  loading: 'Un momento…',
  late: 'Il tempo è scaduto.',
  wrong: 'La risposta non è corretta.',
  used: 'Questa prova non è più valida: eccone un’altra.',
  unanswered: 'Prima giri l’immagine, o la prema se è già dritta.',
  untyped: 'Prima scriva il numero che sente.',
  failed: 'Qualcosa è andato storto. Riprovi.',
}
