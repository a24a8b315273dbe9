/** Texts of the component in French. */
const fr = {
  name: 'Code de sécurité',
  alt: 'Code de sécurité déformé : recopiez-le, ou écoutez-le.',
  listen: 'Écouter le code',
  stop: 'Arrêter la lecture',
  reload: 'Afficher une autre image',

  ready: '',
  loading: 'Chargement de l’image…',
  renewed: 'Voici une nouvelle image.',
  expired: 'L’image allait expirer : en voici une nouvelle.',
  failed: 'L’image n’a pas pu être chargée : affichez-en une autre.',
  soundLoading: 'Chargement du son…',
  playing: 'Lecture du code en cours.',
  stopped: 'Lecture arrêtée.',
  ended: 'Saisissez le code entendu.',
  blocked: 'Appuyez encore une fois pour écouter.',
  soundFailed: 'Le son n’a pas pu être lu : voici une nouvelle image.',
}

/** A name of something the component says. */
export type Word = keyof typeof fr

const en: Record<Word, string> = {
  name: 'Security code',
  alt: 'Distorted security code: type it, or listen to it.',
  listen: 'Listen to the code',
  stop: 'Stop the sound',
  reload: 'Show another picture',

  ready: '',
  loading: 'Fetching the picture…',
  renewed: 'Here is a new picture.',
  expired: 'The picture was about to expire: here is a new one.',
  failed: 'The picture could not be loaded: show another one.',
  soundLoading: 'Fetching the sound…',
  playing: 'Playing the code.',
  stopped: 'Stopped.',
  ended: 'Type the code you heard.',
  blocked: 'Press once more to listen.',
  soundFailed: 'The sound could not be played: here is a new picture.',
}

export const words = { fr, en }

/** The language of a style, which the end of its name tells. */
export const languageOf = (style: string): keyof typeof words => (style.endsWith('EN') ? 'en' : 'fr')
