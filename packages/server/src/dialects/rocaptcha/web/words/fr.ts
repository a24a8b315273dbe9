import { fr } from '../../../../../web/shared/sound-words.ts'
import type { Words } from './en.ts'

export const words: Words = {
  ...fr,
  name: 'Contrôle de sécurité',
  turn: 'Remettez l’animal à l’endroit',
  right: '{} vers la droite',
  left: '{} vers la gauche',
  type: 'Écoutez et saisissez le nombre',
  play: 'Écouter',
  newPicture: 'Nouvelle image',
  newNumber: 'Nouveau nombre',
  pictureReady: 'Nouvelle image prête',
  numberReady: 'Nouveau nombre prêt',
  listen: 'Version sonore',
  look: 'Version image',
  help: 'Aide',
  helpLook:
    'Faites tourner l’image en la faisant glisser, avec les boutons ou avec les flèches du clavier. Si elle est déjà à l’endroit, appuyez dessus.',
  helpListen: 'Vous entendrez un nombre de 0 à 359, chiffre par chiffre.',

  ADOPTION: 'Cherche un foyer',
  FOUND: 'Animal trouvé',
  LOST: 'Animal perdu',
  met: 'Vous avez rencontré {}',
  more: 'En savoir plus sur {}',

  loading: 'Un instant…',
  late: 'Le temps est écoulé.',
  wrong: 'La réponse n’est pas correcte.',
  used: 'Cette épreuve ne peut plus servir : en voici une nouvelle.',
  unanswered: 'Tournez d’abord l’image, ou appuyez dessus si elle est déjà à l’endroit.',
  untyped: 'Saisissez d’abord le nombre que vous entendez.',
  failed: 'Un problème est survenu. Veuillez réessayer.',
}
