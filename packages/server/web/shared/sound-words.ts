/** What every captcha says about its sound, in English. */
export const en = {
  pause: 'Pause',
  resume: 'Resume',
  again: 'Listen again',
  replay: 'From the start',
  slower: 'Slower',

  soundLoading: 'Fetching the sound…',
  playing: 'Playing.',
  paused: 'Paused.',
  ended: 'Type what you heard.',
  blocked: 'Press once more to listen.',
}

export type SoundWords = Record<keyof typeof en, string>

export const fr: SoundWords = {
  pause: 'Pause',
  resume: 'Reprendre',
  again: 'Réécouter',
  replay: 'Depuis le début',
  slower: 'Plus lentement',

  soundLoading: 'Chargement du son…',
  playing: 'Lecture en cours.',
  paused: 'Lecture en pause.',
  ended: 'Saisissez ce que vous avez entendu.',
  blocked: 'Appuyez encore une fois pour écouter.',
}

export const ar: SoundWords = {
  pause: 'إيقاف مؤقت',
  resume: 'متابعة',
  again: 'الاستماع مجددًا',
  replay: 'من البداية',
  slower: 'أبطأ',

  soundLoading: 'جارٍ تحميل الصوت…',
  playing: 'الصوت قيد التشغيل.',
  paused: 'الصوت متوقف مؤقتًا.',
  ended: 'اكتب ما سمعته.',
  blocked: 'اضغط مرة أخرى للاستماع.',
}

export const cs: SoundWords = {
  pause: 'Pozastavit',
  resume: 'Pokračovat',
  again: 'Přehrát znovu',
  replay: 'Od začátku',
  slower: 'Pomaleji',

  soundLoading: 'Načítá se zvuk…',
  playing: 'Přehrává se.',
  paused: 'Pozastaveno.',
  ended: 'Napište, co jste slyšeli.',
  blocked: 'Pro poslech stiskněte ještě jednou.',
}

export const de: SoundWords = {
  pause: 'Pause',
  resume: 'Weiter',
  again: 'Noch einmal hören',
  replay: 'Von vorn',
  slower: 'Langsamer',

  soundLoading: 'Der Ton wird geladen…',
  playing: 'Wiedergabe läuft.',
  paused: 'Angehalten.',
  ended: 'Geben Sie ein, was Sie gehört haben.',
  blocked: 'Zum Anhören bitte noch einmal drücken.',
}

export const es: SoundWords = {
  pause: 'Pausa',
  resume: 'Continuar',
  again: 'Escuchar de nuevo',
  replay: 'Desde el principio',
  slower: 'Más despacio',

  soundLoading: 'Cargando el sonido…',
  playing: 'Reproduciendo.',
  paused: 'En pausa.',
  ended: 'Escriba lo que ha oído.',
  blocked: 'Pulse otra vez para escuchar.',
}

export const it: SoundWords = {
  pause: 'Pausa',
  resume: 'Riprendi',
  again: 'Riascolta',
  replay: 'Dall’inizio',
  slower: 'Più lento',

  soundLoading: 'Caricamento dell’audio…',
  playing: 'Riproduzione in corso.',
  paused: 'In pausa.',
  ended: 'Scriva ciò che ha sentito.',
  blocked: 'Prema ancora una volta per ascoltare.',
}
