/** What a dialog says beside what the element says, by language. */
export const words: Record<string, { name: string; close: string }> = {
  en: { name: 'Verification', close: 'Close' },
  fr: { name: 'Vérification', close: 'Fermer' },
}

/** What vendors write on the widgets of keys of tests, in English alone too. */
export const TEST_NOTE = 'For tests only: this key keeps nobody out.'
