/** What the addresses in the markup tell: endpoint, style and id. Clients put their own endpoint in. */
const ADDRESS = /^(.*)\?get=\w+&c=(\w+)&t=([0-9a-f]{32})/

/** What the hidden inputs hold: the id, and the work that is asked for it. */
const FIELDS = { VCID: '[0-9a-f]{32}', Hs: '[0-9a-f]{40}', SP: '\\d{1,15}' }

type Values = Record<keyof typeof FIELDS, string>

/** The parts of the server's markup. */
export interface Markup {
  image: HTMLImageElement
  soundLink: HTMLAnchorElement | null
  endpoint: string
  style: string
  id: string
  /** An element of the markup by the end of its class. */
  part<E extends HTMLElement>(name: string): E | null
  /**
   * A hidden input by the middle of its name. While the page arrives they are not there yet: they follow the
   * script.
   */
  field(name: string): HTMLInputElement | null
}

/** Finds the parts in `root`, with the picture in `place`. Undefined when this is not the server's markup. */
export function readMarkup(root: HTMLElement, place: HTMLElement): Markup | undefined {
  const part = <E extends HTMLElement>(name: string) => root.querySelector<E>(`.BDC_${name}`)
  const image = place.querySelector('img')
  const soundLink = part<HTMLAnchorElement>('SoundLink')
  // A client that fetches the picture itself shows it from a blob; then the link tells.
  const [, endpoint, style, id] = image?.src.match(ADDRESS) ?? soundLink?.href.match(ADDRESS) ?? []
  if (!image || !endpoint || !style || !id) return
  const field = (name: string) => root.querySelector<HTMLInputElement>(`[name="BDC_${name}_${style}"]`)
  return { image, soundLink, endpoint, style, id, part, field }
}

/**
 * The hidden values in the HTML of another captcha, taken out as text: reading it as HTML is what Trusted
 * Types forbid. Undefined when there is no id.
 */
export function valuesIn(html: string, style: string): Values | undefined {
  const values = Object.entries(FIELDS).map(([name, pattern]) => [
    name,
    html.match(`name="BDC_${name}_${style}"[^>]* value="(${pattern})"`)?.[1] ?? '',
  ])
  const all: Values = Object.fromEntries(values)
  return all.VCID ? all : undefined
}
