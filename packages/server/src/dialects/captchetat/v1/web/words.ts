/** Texts of the captcha in French. */
const fr = {
  listen: 'Écouter le code',
  stop: 'Arrêter la lecture',

  ready: '',
  loading: 'Chargement d’un autre code…',
  renewed: 'Voici un autre code.',
  expired: 'Le code allait expirer : en voici un autre.',
  retype: 'Le code allait expirer : recopiez ce nouveau code.',
  failed: 'Le code n’a pas pu être chargé : affichez-en un autre.',
  soundLoading: 'Chargement du son…',
  playing: 'Lecture du code en cours.',
  stopped: 'Lecture arrêtée.',
  ended: 'Saisissez le code entendu.',
  blocked: 'Appuyez encore une fois pour écouter.',
  soundFailed: 'Le son n’a pas pu être lu : réessayez, ou changez de code.',
}

/** A name of something the captcha says. */
export type Word = keyof typeof fr

const en: Record<Word, string> = {
  listen: 'Listen to the code',
  stop: 'Stop the sound',

  ready: '',
  loading: 'Fetching another code…',
  renewed: 'Here is another code.',
  expired: 'The code was about to expire: here is another one.',
  retype: 'The code was about to expire: type this new one.',
  failed: 'The code could not be loaded: show another one.',
  soundLoading: 'Fetching the sound…',
  playing: 'Playing the code.',
  stopped: 'Stopped.',
  ended: 'Type the code you heard.',
  blocked: 'Press once more to listen.',
  soundFailed: 'The sound could not be played: try again, or show another code.',
}

/** The words of an element's `lang`; the styles have voices in these two languages. */
export const wordsFor = (lang: string): Record<Word, string> => (lang.startsWith('en') ? en : fr)
