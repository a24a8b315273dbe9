import * as sound from '../../../../../web/shared/sound-words.ts'

/** Texts of the component in French. */
const fr = {
  ...sound.fr,
  name: 'Code de sécurité',
  alt: 'Code de sécurité déformé : recopiez-le, ou écoutez-le.',
  listen: 'Écouter le code',
  reload: 'Afficher une autre image',

  ready: '',
  loading: 'Chargement de l’image…',
  renewed: 'Voici une nouvelle image.',
  expired: 'L’image allait expirer : en voici une nouvelle.',
  failed: 'L’image n’a pas pu être chargée : affichez-en une autre.',
  soundFailed: 'Le son n’a pas pu être lu : voici une nouvelle image.',
}

/** A name of something the component says. */
export type Word = keyof typeof fr
type Words = Record<Word, string>

const en: Words = {
  ...sound.en,
  name: 'Security code',
  alt: 'Distorted security code: type it, or listen to it.',
  listen: 'Listen to the code',
  reload: 'Show another picture',

  ready: '',
  loading: 'Fetching the picture…',
  renewed: 'Here is a new picture.',
  expired: 'The picture was about to expire: here is a new one.',
  failed: 'The picture could not be loaded: show another one.',
  soundFailed: 'The sound could not be played: here is a new picture.',
}

const ar: Words = {
  ...sound.ar,
  name: 'رمز الأمان',
  alt: 'رمز أمان مشوَّه: اكتبه أو استمع إليه.',
  listen: 'الاستماع إلى الرمز',
  reload: 'عرض صورة أخرى',

  ready: '',
  loading: 'جارٍ تحميل الصورة…',
  renewed: 'هذه صورة جديدة.',
  expired: 'كادت صلاحية الصورة تنتهي: هذه صورة جديدة.',
  failed: 'تعذّر تحميل الصورة: اعرض صورة أخرى.',
  soundFailed: 'تعذّر تشغيل الصوت: هذه صورة جديدة.',
}

export const words = { fr, en, ar }
