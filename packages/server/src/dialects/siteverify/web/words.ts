import type { Language } from '../../../../../widget/src/element/languages.ts'

interface DialogWords {
  name: string
  close: string
}

/** What a dialog says beside what the element says, by language. */
const words: Record<Language, DialogWords> = {
  ar: { name: 'التحقق', close: 'إغلاق' },
  bg: { name: 'Проверка', close: 'Затваряне' },
  cs: { name: 'Ověření', close: 'Zavřít' },
  da: { name: 'Verificering', close: 'Luk' },
  de: { name: 'Sicherheitsprüfung', close: 'Schließen' },
  el: { name: 'Επαλήθευση', close: 'Κλείσιμο' },
  en: { name: 'Verification', close: 'Close' },
  es: { name: 'Verificación', close: 'Cerrar' },
  et: { name: 'Kontroll', close: 'Sulge' },
  fi: { name: 'Vahvistus', close: 'Sulje' },
  fr: { name: 'Vérification', close: 'Fermer' },
  ga: { name: 'Fíorú', close: 'Dún' },
  he: { name: 'אימות', close: 'סגירה' },
  hr: { name: 'Provjera', close: 'Zatvori' },
  hu: { name: 'Ellenőrzés', close: 'Bezárás' },
  is: { name: 'Staðfesting', close: 'Loka' },
  it: { name: 'Verifica', close: 'Chiudi' },
  lt: { name: 'Patikra', close: 'Uždaryti' },
  lv: { name: 'Pārbaude', close: 'Aizvērt' },
  mt: { name: 'Verifika', close: 'Agħlaq' },
  nb: { name: 'Verifisering', close: 'Lukk' },
  nl: { name: 'Verificatie', close: 'Sluiten' },
  pl: { name: 'Weryfikacja', close: 'Zamknij' },
  pt: { name: 'Verificação', close: 'Fechar' },
  ro: { name: 'Verificare', close: 'Închide' },
  sk: { name: 'Overenie', close: 'Zavrieť' },
  sl: { name: 'Preverjanje', close: 'Zapri' },
  sv: { name: 'Verifiering', close: 'Stäng' },
  tr: { name: 'Doğrulama', close: 'Kapat' },
  uk: { name: 'Перевірка', close: 'Закрити' },
}

/** Codes that vendors' clients send for languages of the table. */
const ALIASES: Readonly<Record<string, Language>> = { iw: 'he', no: 'nb', nn: 'nb' }

/** The words of a language tag; English where it is none of the table. */
export function wordsOf(tag: string): DialogWords {
  const [code = ''] = tag.toLowerCase().split('-', 1)
  const language = ALIASES[code] ?? code
  return Object.hasOwn(words, language) ? words[language as Language] : words.en
}

/** What vendors write on the widgets of keys of tests, in English alone too. */
export const TEST_NOTE = 'For tests only: this key keeps nobody out.'
