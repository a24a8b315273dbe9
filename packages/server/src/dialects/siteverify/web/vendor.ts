/** Why there is no pass. */
export type Failure = 'network' | 'rate' | 'sitekey' | 'origin' | 'browser' | 'challenge'

/** How the widget of a client looks, and what the service is asked. */
export interface Look {
  sitekey: string
  action?: string | undefined
  cdata?: string | undefined
  /** Language; undefined is that of the page around. */
  lang?: string | undefined
  theme: 'auto' | 'light' | 'dark'
  /** `dialog` shows nothing until the visitor is asked for something. */
  size: 'normal' | 'compact' | 'full' | 'dialog'
  tabindex?: number | undefined
}

/** WidgetParameters of a widget as pages give them: as an object, or as `data-*` attributes. */
export type WidgetParameters = Record<string, unknown>

/** What the vendors' scripts differ in. */
export interface Vendor {
  /** The dialect in which passes are redeemed. */
  dialect: 'recaptcha' | 'hcaptcha' | 'turnstile'
  /** As it is written in messages. */
  title: string
  /** Names of the parameters that have an effect; each may be a `data-*` attribute. */
  parameters: readonly string[]
  look(parameters: WidgetParameters): Look
  /** The fields that carry the pass of a client: `[element, name, id]`. The number counts from 0. */
  fields(
    parameters: WidgetParameters,
    number: number,
  ): readonly (readonly [tag: string, name: string, id: string])[]
  /** What `error-callback` and promises say of a failure. */
  errors: Readonly<Record<Failure, string>>
}

/** The text of a parameter; an empty one counts as missing. */
export const text = (value: unknown): string | undefined =>
  value === undefined || value === null || value === '' ? undefined : String(value)

/** The number of a parameter. */
export const number = (value: unknown): number | undefined => {
  const found = Number(text(value))
  return Number.isFinite(found) ? found : undefined
}

/** A language tag as the element knows it. `iw` is what Google calls Hebrew; `auto` asks for none. */
export const language = (value: unknown): string | undefined => {
  const tag = text(value)
  return tag === 'auto' ? undefined : tag?.replace(/^iw\b/i, 'he')
}

/** The parameters of a container: those that are given, before its `data-*` attributes. */
export function parametersOf(
  names: readonly string[],
  container: Element,
  given: object = {},
): WidgetParameters {
  const known = given as WidgetParameters
  return Object.fromEntries(
    names.flatMap(name => {
      const value = known[name] ?? container.getAttribute(`data-${name}`) ?? undefined
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
