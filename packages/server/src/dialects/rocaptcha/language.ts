import { LANGUAGES, type Language, languageOf } from '@upright/core'

/** The languages of the widget: those that have voices, and Arabic, whose numbers are spoken in English. */
export type WidgetLanguage = Language | 'ar'
export const WIDGET_LANGUAGES: readonly WidgetLanguage[] = [...LANGUAGES, 'ar']

/** The language a client names: `cs-CZ` and `CS_cz` are `cs`; one we do not speak is `en`. */
export const widgetLanguageOf = (name: string): WidgetLanguage => languageOf(name, WIDGET_LANGUAGES) ?? 'en'

/** The language in which numbers are spoken to a visitor. */
export const voiceOf = (language: WidgetLanguage): Language => (language === 'ar' ? 'en' : language)

/** Texts outside the widget. */
interface OutsideWords {
  /** Where scripts are off. */
  noScript: string
  /** Where the widget is to appear, until it does. */
  awaited: string
  thanks(name: string): string
}

/** Names stand as they are: no language bends them here. */
export const WORDS: Record<WidgetLanguage, OutsideWords> = {
  en: {
    noScript: 'Please turn on JavaScript: this form asks you to turn a picture upright.',
    awaited: 'A picture to turn appears here. If it does not, the server of this check cannot be reached.',
    thanks: name => `${name} says thank you.`,
  },
  cs: {
    noScript: 'Zapněte prosím JavaScript: tento formulář vás požádá, abyste otočili obrázek.',
    awaited: 'Zde se objeví obrázek k otočení. Pokud se neobjeví, server této kontroly není dostupný.',
    thanks: name => `${name} děkuje.`,
  },
  fr: {
    noScript: 'Activez JavaScript : ce formulaire vous demande de remettre une image à l’endroit.',
    awaited: 'Une image à tourner va s’afficher ici. Sinon, le serveur de ce contrôle est injoignable.',
    thanks: name => `${name} vous remercie.`,
  },
  de: {
    noScript: 'Bitte schalten Sie JavaScript ein: Dieses Formular bittet Sie, ein Bild aufzurichten.',
    awaited:
      'Hier erscheint ein Bild zum Drehen. Wenn nicht, ist der Server dieser Prüfung nicht erreichbar.',
    thanks: name => `${name} sagt danke.`,
  },
  es: {
    noScript: 'Active JavaScript: este formulario le pide que ponga una imagen derecha.',
    awaited:
      'Aquí aparecerá una imagen para girar. Si no aparece, no se puede contactar con el servidor de este control.',
    thanks: name => `${name} da las gracias.`,
  },
  it: {
    noScript: 'Attivi JavaScript: questo modulo chiede di raddrizzare un’immagine.',
    awaited:
      'Qui apparirà un’immagine da girare. Se non appare, il server di questo controllo non è raggiungibile.',
    thanks: name => `${name} ringrazia.`,
  },
  ar: {
    noScript: 'يُرجى تفعيل JavaScript: يطلب منك هذا النموذج تدوير صورة حتى تصبح في وضعها الصحيح.',
    awaited: 'ستظهر هنا صورة لتدويرها. إذا لم تظهر، فهذا يعني تعذّر الاتصال بخادم هذا التحقق.',
    thanks: name => `شكرًا لك من ${name}.`,
  },
}
