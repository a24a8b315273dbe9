import * as sound from '../../../../../web/shared/sound-words.ts'

/** Texts of the captcha in French. */
const fr = {
  ...sound.fr,
  alt: 'Code de sécurité déformé : recopiez-le, ou écoutez-le.',
  reload: 'Afficher un autre code',
  listen: 'Écouter le code',

  ready: '',
  loading: 'Chargement d’un autre code…',
  renewed: 'Voici un autre code.',
  expired: 'Le code allait expirer : en voici un autre.',
  retype: 'Le code allait expirer : recopiez ce nouveau code.',
  failed: 'Le code n’a pas pu être chargé : affichez-en un autre.',
  soundFailed: 'Le son n’a pas pu être lu : réessayez, ou changez de code.',
}

/** A name of something the captcha says. */
export type Word = keyof typeof fr
export type Words = Record<Word, string>

const en: Words = {
  ...sound.en,
  alt: 'Distorted security code: type it, or listen to it.',
  reload: 'Show another code',
  listen: 'Listen to the code',

  ready: '',
  loading: 'Fetching another code…',
  renewed: 'Here is another code.',
  expired: 'The code was about to expire: here is another one.',
  retype: 'The code was about to expire: type this new one.',
  failed: 'The code could not be loaded: show another one.',
  soundFailed: 'The sound could not be played: try again, or show another code.',
}

const ar: Words = {
  ...sound.ar,
  alt: 'رمز أمان مشوَّه: اكتبه أو استمع إليه.',
  reload: 'عرض رمز آخر',
  listen: 'الاستماع إلى الرمز',

  ready: '',
  loading: 'جارٍ تحميل رمز آخر…',
  renewed: 'هذا رمز آخر.',
  expired: 'كادت صلاحية الرمز تنتهي: هذا رمز آخر.',
  retype: 'كادت صلاحية الرمز تنتهي: اكتب هذا الرمز الجديد.',
  failed: 'تعذّر تحميل الرمز: اعرض رمزًا آخر.',
  soundFailed: 'تعذّر تشغيل الصوت: حاول مجددًا أو اعرض رمزًا آخر.',
}

const words: Record<string, Words> = { fr, en, ar }

/** The words of a language tag; the styles have voices in French and English. */
export const wordsFor = (lang: string): Words => words[lang.slice(0, 2)] ?? fr
