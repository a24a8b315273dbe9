export const LANGUAGES = ['fr', 'en', 'cs', 'de', 'es', 'it'] as const
export type Language = (typeof LANGUAGES)[number]

export const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
/** What a code may be made of. */
export const CHARACTERS = [...LETTERS, ...'0123456789']

interface Words {
  /** What is said before a code. */
  lead: string
  /** What stands between a letter and a word. */
  as: string
  /**
   * Names that the programs do not say rightly, or not clearly enough, when given the bare letter or digit.
   */
  names: Readonly<Record<string, string>>
  /** A word for each letter from A to Z, as people of that language spell on the telephone. */
  words: readonly string[]
}

const list = (words: string) => words.split(' ')

export const WORDS: Readonly<Record<Language, Words>> = {
  fr: {
    lead: 'Recopiez ce code',
    as: 'comme',
    names: { E: 'eux' },
    words: list(
      'Anatole Berthe Célestin Désiré Eugène François Gaston Henri Irma Joseph Kléber Louis Marcel Nicolas Oscar ' +
        'Pierre Quintal Raoul Suzanne Thérèse Ursule Victor William Xavier Yvonne Zoé',
    ),
  },
  en: {
    lead: 'Type this code',
    as: 'as in',
    names: {},
    words: list(
      'Alpha Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliet Kilo Lima Mike November Oscar ' +
        'Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu',
    ),
  },
  cs: {
    lead: 'Opište kód',
    as: 'jako',
    names: { U: 'ú', W: 'dvojité vé', Y: 'ypsilon', 1: 'jedna' },
    words: list(
      'Adam Božena Cyril David Emil František Gustav Helena Ivan Josef Karel Ludvík Marie Norbert Oto ' +
        'Petr Quido Rudolf Svatopluk Tomáš Urban Václav Wagner Xaver Ypsilon Zuzana',
    ),
  },
  de: {
    lead: 'Bitte eingeben',
    as: 'wie',
    names: {},
    words: list(
      'Anton Berta Cäsar Dora Emil Friedrich Gustav Heinrich Ida Julius Kaufmann Ludwig Martha Nordpol Otto ' +
        'Paula Quelle Richard Samuel Theodor Ulrich Viktor Wilhelm Xanthippe Ypsilon Zacharias',
    ),
  },
  es: {
    lead: 'Escriba el código',
    as: 'como',
    names: { Y: 'i griega' },
    words: list(
      'Antonio Barcelona Carmen Dolores Enrique Francia Gerona Historia Inés José Kilo Lorenzo Madrid Navarra Oviedo ' +
        'París Queso Ramón Sábado Toledo Ulises Valencia Washington Xilófono Yegua Zaragoza',
    ),
  },
  it: {
    lead: 'Digiti il codice',
    as: 'come',
    names: {},
    words: list(
      'Ancona Bologna Como Domodossola Empoli Firenze Genova Hotel Imola Jolly Kappa Livorno Milano Napoli Otranto ' +
        'Palermo Quarto Roma Savona Torino Udine Venezia Washington Xilofono York Zara',
    ),
  },
}

/** The names of a voice's clips, in the order in which they are kept. */
export const clipsOf = (words: boolean): string[] => [
  ...CHARACTERS,
  'lead',
  ...(words ? ['as', ...LETTERS.map(letter => `as ${letter}`)] : []),
]

/** What is to be said for a clip. */
export function wordingOf(language: Language, clip: string): string {
  const { lead, as, names, words } = WORDS[language]
  if (clip === 'lead') return lead
  if (clip === 'as') return as
  return clip.startsWith('as ') ? words[LETTERS.indexOf(clip.slice(3))]! : (names[clip] ?? clip)
}
