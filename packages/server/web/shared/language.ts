/** The interface's languages. */
export type Language = 'en' | 'fr'
export type Values = Record<string, string | number>

const STORED = 'upright-language'
const known = (text: string | null | undefined): Language | undefined =>
  text === 'en' || text === 'fr' ? text : undefined

function remembered(): Language | undefined {
  try {
    return known(localStorage.getItem(STORED))
  } catch {
    return undefined // a browser that keeps nothing is no reason to fail
  }
}

function remember(language: Language): void {
  try {
    localStorage.setItem(STORED, language)
  } catch {}
}

/** The address says it, or the last visit, or else the browser's first language that we speak. */
function choose(): Language {
  const asked = known(new URL(location.href).searchParams.get('lang'))
  const browser = navigator.languages.map(tag => known(tag.slice(0, 2).toLowerCase())).find(Boolean)
  return asked ?? remembered() ?? browser ?? 'en'
}

/** A page that speaks: `say` gives a text in the language of the moment. */
export interface Voice<Name extends string> {
  readonly language: Language
  say(name: Name, values?: Values): string
}

/**
 * Puts the page into the visitor's language and lets the links of `.languages` switch it in place.
 * `changed` runs each time, the first time included: it writes what was not in the page from the start.
 */
export function speak<Name extends string>(
  words: Record<Language, Record<Name, string>>,
  title: NoInfer<Name>,
  changed: (voice: Voice<NoInfer<Name>>) => void,
): Voice<Name> {
  let language = choose()
  const voice: Voice<Name> = {
    get language() {
      return language
    },
    say: (name, values = {}) =>
      words[language][name].replace(/\{(\w+)\}/g, (_, key) => `${values[key] ?? ''}`),
  }

  const apply = () => {
    document.documentElement.lang = language
    document.title = voice.say(title)
    for (const element of document.querySelectorAll<HTMLElement>('[data-t]')) {
      element.textContent = voice.say(element.dataset.t as Name)
    }
    for (const element of document.querySelectorAll<HTMLElement>('[data-t-label]')) {
      element.setAttribute('aria-label', voice.say(element.dataset.tLabel as Name))
    }
    for (const link of document.querySelectorAll<HTMLAnchorElement>('.languages a')) {
      if (link.hreflang === language) link.setAttribute('aria-current', 'true')
      else link.removeAttribute('aria-current')
    }
    changed(voice)
  }
  document.querySelector('.languages')?.addEventListener('click', event => {
    const next = known((event.target as HTMLElement).closest('a')?.hreflang)
    if (!next) return
    event.preventDefault() // without reloading, so that the picture and what was typed stay
    language = next
    remember(language)
    const address = new URL(location.href)
    address.searchParams.set('lang', language)
    history.replaceState(null, '', address)
    apply()
  })
  remember(language)
  // The first time waits until the caller holds the voice.
  queueMicrotask(apply)
  return voice
}
