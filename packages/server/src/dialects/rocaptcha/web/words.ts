/** Texts of the widget in English. `{}` is filled in. */
const en = {
  turn: 'Turn the animal upright',
  right: '{} to the right',
  left: '{} to the left',
  type: 'Listen and type the number',
  play: 'Play',
  stop: 'Stop',
  newPicture: 'New picture',
  newNumber: 'New number',
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
  failed: 'Something went wrong. Please try again.',
}

/** A name of something the widget says. */
export type Word = keyof typeof en
export type Words = Record<Word, string>

const cs: Words = {
  turn: 'Otočte zvíře správnou stranou nahoru',
  right: 'doprava o {}',
  left: 'doleva o {}',
  type: 'Poslechněte si číslo a napište ho',
  play: 'Přehrát',
  stop: 'Zastavit',
  newPicture: 'Jiný obrázek',
  newNumber: 'Jiné číslo',
  listen: 'Raději poslech',
  look: 'Raději obrázek',
  help: 'Nápověda',
  helpLook:
    'Otáčejte obrázkem tažením, tlačítky nebo šipkami na klávesnici. Pokud už stojí správně, stačí na něj klepnout.',
  helpListen: 'Uslyšíte číslo od 0 do 359 po jednotlivých číslicích.',

  ADOPTION: 'Hledá domov',
  FOUND: 'Nalezené zvíře',
  LOST: 'Ztracené zvíře',
  met: 'Na obrázku: {}',
  more: 'Více informací: {}',

  loading: 'Okamžik…',
  late: 'Čas vypršel.',
  wrong: 'To nebylo úplně správně.',
  failed: 'Něco se nepodařilo. Zkuste to prosím znovu.',
}

const fr: Words = {
  turn: 'Remettez l’animal à l’endroit',
  right: '{} vers la droite',
  left: '{} vers la gauche',
  type: 'Écoutez et saisissez le nombre',
  play: 'Écouter',
  stop: 'Arrêter',
  newPicture: 'Autre image',
  newNumber: 'Autre nombre',
  listen: 'Plutôt écouter',
  look: 'Plutôt regarder',
  help: 'Aide',
  helpLook:
    'Faites tourner l’image en la tirant, avec les boutons ou avec les flèches du clavier. Si elle est déjà à l’endroit, appuyez dessus.',
  helpListen: 'Vous entendez un nombre de 0 à 359, chiffre par chiffre.',

  ADOPTION: 'Cherche un foyer',
  FOUND: 'Animal trouvé',
  LOST: 'Animal perdu',
  met: 'Vous avez rencontré {}',
  more: 'En savoir plus sur {}',

  loading: 'Un instant…',
  late: 'Le temps est écoulé.',
  wrong: 'Ce n’était pas tout à fait juste.',
  failed: 'Un problème est survenu. Veuillez réessayer.',
}

const de: Words = {
  turn: 'Drehen Sie das Tier aufrecht',
  right: '{} nach rechts',
  left: '{} nach links',
  type: 'Zahl anhören und eingeben',
  play: 'Anhören',
  stop: 'Anhalten',
  newPicture: 'Neues Bild',
  newNumber: 'Neue Zahl',
  listen: 'Lieber hören',
  look: 'Lieber sehen',
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
  wrong: 'Das war nicht ganz richtig.',
  failed: 'Etwas ist schiefgegangen. Bitte noch einmal versuchen.',
}

const es: Words = {
  turn: 'Ponga el animal derecho',
  right: '{} a la derecha',
  left: '{} a la izquierda',
  type: 'Escuche el número y escríbalo',
  play: 'Escuchar',
  stop: 'Detener',
  newPicture: 'Otra imagen',
  newNumber: 'Otro número',
  listen: 'Mejor escuchar',
  look: 'Mejor mirar',
  help: 'Ayuda',
  helpLook:
    'Gire la imagen arrastrándola, con los botones o con las flechas del teclado. Si ya está derecha, púlsela.',
  helpListen: 'Oirá un número del 0 al 359, cifra por cifra.',

  ADOPTION: 'Busca un hogar',
  FOUND: 'Animal encontrado',
  LOST: 'Animal perdido',
  met: 'Ha conocido a {}',
  more: 'Más sobre {}',

  loading: 'Un momento…',
  late: 'Se acabó el tiempo.',
  wrong: 'No era del todo correcto.',
  failed: 'Algo ha fallado. Inténtelo de nuevo.',
}

const it: Words = {
  turn: 'Raddrizzi l’animale',
  right: '{} a destra',
  left: '{} a sinistra',
  type: 'Ascolti il numero e lo scriva',
  play: 'Ascolta',
  stop: 'Ferma',
  newPicture: 'Altra foto',
  newNumber: 'Altro numero',
  listen: 'Meglio ascoltare',
  look: 'Meglio guardare',
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
  wrong: 'Non era del tutto corretto.',
  failed: 'Qualcosa è andato storto. Riprovi.',
}

const languages: Record<string, Words> = { en, cs, fr, de, es, it }

/** A language with its words. */
export interface Speech {
  lang: string
  words: Words
  /** A turn in words, from whole degrees clockwise, 0 … 359: the shorter way round. */
  turned(degrees: number): string
}

/** The language that a tag asks for, such as `cs-CZ`; English when we do not speak it. */
export function speechFor(tag: string): Speech {
  const base = tag.slice(0, 2).toLowerCase()
  const lang = Object.hasOwn(languages, base) ? base : 'en'
  const words = languages[lang]!
  // Browsers know every language's plurals.
  const unit = new Intl.NumberFormat(lang, { style: 'unit', unit: 'degree', unitDisplay: 'long' })
  return {
    lang,
    words,
    turned(degrees) {
      const way = degrees > 180 ? words.left : degrees ? words.right : '{}'
      return fill(way, unit.format(degrees > 180 ? 360 - degrees : degrees))
    },
  }
}

/** Puts a value into a text as it is. */
export const fill = (text: string, value: string) => text.replace('{}', () => value)
