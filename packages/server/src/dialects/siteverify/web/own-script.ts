/** The script that runs: where it came from, and what its address asks for. */
export interface OwnScript {
  /** Address of the service, without a slash at its end. */
  server: string
  query: URLSearchParams
  /**
   * Runs something once the `load` event of the script is over and the page has been parsed: the loaders of
   * clients wait for both.
   */
  ready(act: () => void): void
}

/** The last element of the page that loads a script of one of these paths. */
const elementOf = (paths: readonly string[]) =>
  [...document.querySelectorAll<HTMLScriptElement>('script[src]')]
    .filter(({ src }) => paths.some(path => new URL(src).pathname.endsWith(path)))
    .at(-1)

const whenParsed = (act: () => void) => {
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => act())
  else act()
}

/**
 * The script that runs, which has one of these paths below the address of the service. To be asked for while
 * it runs first.
 */
export function ownScript(paths: readonly string[]): OwnScript {
  const { currentScript } = document
  // An element of that name would take its place, in pages that let visitors write markup.
  const running = currentScript instanceof HTMLScriptElement && currentScript.src ? currentScript : undefined
  const element = running ?? elementOf(paths)
  const { origin, pathname, searchParams } = new URL(element?.src ?? document.baseURI)
  const path = paths.find(each => pathname.endsWith(each)) ?? pathname
  const loaded = new Promise<void>(resolve => {
    const later = () => setTimeout(() => whenParsed(resolve))
    if (running) running.addEventListener('load', later, { once: true })
    else later()
  })
  return {
    server: origin + pathname.slice(0, -path.length),
    query: searchParams,
    ready: act => void loaded.then(act),
  }
}

/** Something to call: a function, or the name of a global one, with dots where it is in an object. */
export function callable(given: unknown): ((...values: unknown[]) => unknown) | undefined {
  if (typeof given === 'function') return given as (...values: unknown[]) => unknown
  if (typeof given !== 'string' || given === '') return undefined
  let found: unknown = window
  for (const name of given.split('.')) found = (found as Record<string, unknown> | undefined)?.[name]
  return typeof found === 'function' ? (found as (...values: unknown[]) => unknown) : undefined
}

/** Functions that a page has under a global name already: an element with that id is none. */
export function existing<T extends object>(name: string): Partial<T> | undefined {
  const found = (window as unknown as Record<string, unknown>)[name]
  return typeof found === 'object' && found && !(found instanceof Element) ? (found as Partial<T>) : undefined
}

/** Lets functions stand in for those of reCAPTCHA, unless the page has these. */
export function standIn(api: object): void {
  const before = existing<{ render: unknown }>('grecaptcha')
  if (before?.render) return
  Object.assign(window, { grecaptcha: before ? Object.assign(before, api) : api })
}
