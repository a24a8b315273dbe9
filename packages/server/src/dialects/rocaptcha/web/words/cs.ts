import { cs } from '../../../../../web/shared/sound-words.ts'
import type { Words } from './en.ts'

export const words: Words = {
  ...cs,
  name: 'Bezpečnostní kontrola',
  turn: 'Otočte zvíře správnou stranou nahoru',
  right: 'doprava o {}',
  left: 'doleva o {}',
  type: 'Poslechněte si číslo a napište ho',
  play: 'Přehrát',
  newPicture: 'Jiný obrázek',
  newNumber: 'Jiné číslo',
  pictureReady: 'Nový obrázek je připraven',
  numberReady: 'Nové číslo je připraveno',
  listen: 'Zvuková verze',
  look: 'Obrázková verze',
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
  wrong: 'Odpověď není správná.',
  used: 'Tento úkol už nelze použít: tady je nový.',
  unanswered: 'Nejprve obrázek otočte, nebo na něj klepněte, pokud už stojí správně.',
  untyped: 'Nejprve napište číslo, které slyšíte.',
  failed: 'Něco se nepodařilo. Zkuste to prosím znovu.',
}
