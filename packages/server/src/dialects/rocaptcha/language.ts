import { LANGUAGES, type Language } from '@upright/core'

/** The language a client names: `cs-CZ` and `CS_cz` are `cs`; one we do not speak is `en`. */
export function languageOf(name: string): Language {
  const base = name.toLowerCase().split(/[-_]/, 1)[0]
  return LANGUAGES.find(language => language === base) ?? 'en'
}

/** Texts outside the widget. Names stand as they are: no language bends them here. */
export const WORDS: Record<Language, { noScript: string; thanks(name: string): string }> = {
  en: {
    noScript: 'Please turn on JavaScript: this form asks you to turn a picture upright.',
    thanks: name => `${name} says thank you.`,
  },
  cs: {
    noScript: 'Zapněte prosím JavaScript: tento formulář vás požádá, abyste otočili obrázek.',
    thanks: name => `${name} děkuje.`,
  },
  fr: {
    noScript: 'Activez JavaScript : ce formulaire vous demande de remettre une image à l’endroit.',
    thanks: name => `${name} vous remercie.`,
  },
  de: {
    noScript: 'Bitte schalten Sie JavaScript ein: Dieses Formular bittet Sie, ein Bild aufzurichten.',
    thanks: name => `${name} sagt danke.`,
  },
  es: {
    noScript: 'Active JavaScript: este formulario le pide que ponga una imagen derecha.',
    thanks: name => `${name} da las gracias.`,
  },
  it: {
    noScript: 'Attivi JavaScript: questo modulo chiede di raddrizzare un’immagine.',
    thanks: name => `${name} ringrazia.`,
  },
}
