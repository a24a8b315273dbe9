/** The functions of `turnstile`, as pages know them. */
import { type Behaviour, type Client, createClients, elementOf } from './client.ts'
import type { OwnScript } from './own-script.ts'
import { language, number, text, type Vendor, type WidgetParameters } from './vendor.ts'
import { show } from './widget.ts'

const FIELD = 'cf-turnstile-response'
/** Milliseconds after which a verification that failed is tried again, unless the page says otherwise. */
const RETRY_INTERVAL_MS = 8000
/** Failures that another try does not change. */
const LASTING = ['sitekey', 'origin', 'browser']
/** What an action and data may be, and what `error-callback` receives for others. */
const CHECKED = [
  { name: 'action', pattern: /^[\w-]{0,32}$/, code: '110420' },
  { name: 'cData', pattern: /^[\w-]{0,255}$/, code: '110430' },
] as const

/** Turnstile; `isCompatible` where its fields are those of reCAPTCHA as well. */
export const turnstileVendor = (isCompatible: boolean): Vendor => ({
  dialect: 'turnstile',
  title: 'Turnstile',
  parameters: [
    ...['sitekey', 'action', 'cData', 'theme', 'size', 'language', 'tabindex'],
    ...['response-field', 'response-field-name', 'retry', 'retry-interval'],
    ...['refresh-expired', 'refresh-timeout', 'appearance', 'execution'],
    ...['callback', 'error-callback', 'expired-callback', 'timeout-callback'],
    ...['before-interactive-callback', 'after-interactive-callback', 'unsupported-callback'],
  ],
  look: (given: WidgetParameters) => {
    const { theme, size } = given
    return {
      sitekey: String(given.sitekey),
      action: text(given.action),
      cdata: text(given.cData),
      lang: language(given.language),
      theme: theme === 'dark' || theme === 'light' ? theme : 'auto',
      size: size === 'compact' ? 'compact' : size === 'flexible' ? 'full' : 'normal',
      tabindex: number(given.tabindex),
    }
  },
  fields(given, count) {
    if (String(given['response-field']) === 'false') return []
    const name = text(given['response-field-name']) ?? FIELD
    const own = ['input', name, `${idOf(count)}_response`] as const
    return isCompatible
      ? [own, ['input', 'g-recaptcha-response', `${idOf(count)}_g_response`] as const]
      : [own]
  },
  errors: {
    network: '200500',
    rate: '300010',
    sitekey: '110100',
    origin: '110200',
    browser: '110500',
    challenge: '600010',
  },
})

const idOf = (count: number) => `cf-chl-widget-${count}`

/** Runs something now, or when the page is looked at. */
function whenVisible(act: () => void): void {
  if (!document.hidden) act()
  else document.addEventListener('visibilitychange', act, { once: true })
}

/** An element of the page by itself, a selector or its id. */
const containerOf = (given: unknown): HTMLElement | undefined => {
  if (typeof given !== 'string') return elementOf(given)
  try {
    const found = document.querySelector<HTMLElement>(given)
    if (found) return found
  } catch {
    // It is no selector.
  }
  return elementOf(given.replace(/^#/, ''))
}

export function createTurnstile({ server, query, ready }: OwnScript) {
  const vendor = turnstileVendor(query.get('compat') === 'recaptcha')
  const clients = createClients(vendor, server, {})

  /** A client by its id or its container; the last one without. */
  const seek = (given?: unknown): Client | undefined => {
    if (given === undefined || given === null) return clients.all.at(-1)
    return clients.all.find(({ number: count }) => idOf(count) === given) ?? clients.at(containerOf(given))
  }

  const start = ({ widget }: Client) => {
    widget.execute().catch(() => {})
  }

  /** What happens in a widget beside the callbacks of the page. */
  const behaviour = (client: Client): ReturnType<NonNullable<Behaviour['on']>> => {
    const { parameters, widget, call } = client
    const { appearance, retry } = parameters
    const isRare = appearance === 'interaction-only'
    // One that is shown when it is executed is shown by that.
    if (isRare || appearance === 'execute') show(widget.host, false)
    const again = (name: string) => {
      if ((parameters[name] ?? 'auto') === 'auto') whenVisible(() => start(client))
      else widget.reset()
    }
    return {
      expired(pass) {
        call('expired-callback', pass)
        again('refresh-expired')
      },
      late() {
        call('timeout-callback')
        if ((parameters['refresh-timeout'] ?? 'auto') !== 'auto') widget.reset()
      },
      failed(failure) {
        if (failure === 'browser') call('unsupported-callback')
        call('error-callback', vendor.errors[failure])
        if (retry === 'never' || LASTING.includes(failure)) return
        const retried = () => client.isThere && start(client)
        setTimeout(retried, number(parameters['retry-interval']) ?? RETRY_INTERVAL_MS)
      },
      opened() {
        if (isRare) show(widget.host, true)
        call('before-interactive-callback')
      },
      closed() {
        if (isRare) show(widget.host, false)
        if (widget.pass) call('after-interactive-callback')
      },
    }
  }

  const renderIn = (container: HTMLElement, given?: object): Client | undefined => {
    const before = clients.at(container)
    if (before) return before
    const client = clients.render(container, given, {
      isManual: true,
      renews: () => true,
      on: behaviour,
    })
    const { parameters, call } = client
    const wrong = CHECKED.find(({ name, pattern }) => !pattern.test(text(parameters[name]) ?? ''))
    if (wrong) {
      client.remove()
      call('error-callback', wrong.code)
      return undefined
    }
    if (parameters.execution !== 'execute') start(client)
    return client
  }

  return {
    ready: (callback: () => void): void => ready(callback),
    render(container: string | HTMLElement, parameters?: object): string | undefined {
      const element = containerOf(container)
      if (!element) throw new Error(`Turnstile: there is no container ${container}`)
      const client = renderIn(element, parameters)
      return client && idOf(client.number)
    },
    execute(container: string | HTMLElement, parameters?: object): void {
      const element = containerOf(container)
      const client =
        seek(container) ?? (element && renderIn(element, { ...parameters, execution: 'execute' }))
      if (!client) throw new Error(`Turnstile: there is no widget ${container}`)
      if (client.parameters.appearance === 'execute') show(client.widget.host, true)
      start(client)
    },
    reset(container?: string | HTMLElement): void {
      const client = seek(container)
      if (!client) return
      client.widget.reset()
      if (client.parameters.execution !== 'execute') start(client)
    },
    remove: (container?: string | HTMLElement): void => seek(container)?.remove(),
    getResponse: (container?: string | HTMLElement): string | undefined =>
      seek(container)?.widget.pass || undefined,
    isExpired: (container?: string | HTMLElement): boolean => seek(container)?.widget.isExpired ?? false,
  }
}
