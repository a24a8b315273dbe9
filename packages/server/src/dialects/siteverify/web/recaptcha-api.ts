/**
 * The functions of `grecaptcha`, as pages know them: checkbox, invisible, bound to a button, and
 * `execute(sitekey, {action})`.
 */
import { type Client, createClients, elementOf } from './client.ts'
import type { OwnScript } from './own-script.ts'
import { language, number, text, type Vendor } from './vendor.ts'
import { createWidget, type WidgetEvents } from './widget.ts'

const FIELD = 'g-recaptcha-response'
const FAILED = 'The verification is not possible'

export const RECAPTCHA: Vendor = {
  dialect: 'recaptcha',
  title: 'reCAPTCHA',
  parameters: [
    ...['sitekey', 'theme', 'size', 'tabindex', 'hl', 'action', 'isolated'],
    ...['callback', 'expired-callback', 'error-callback'],
  ],
  look: ({ sitekey, theme, size, tabindex, hl, action }) => ({
    sitekey: String(sitekey),
    action: text(action),
    lang: language(hl),
    theme: theme === 'dark' ? 'dark' : 'light',
    size: size === 'invisible' ? 'dialog' : size === 'compact' ? 'compact' : 'normal',
    tabindex: number(tabindex),
  }),
  fields: (_, count) => [['textarea', FIELD, count === 0 ? FIELD : `${FIELD}-${count}`]],
  errors: {
    network: 'network-error',
    rate: 'rate-limited',
    sitekey: 'invalid-sitekey',
    origin: 'invalid-domain',
    browser: 'browser-unsupported',
    challenge: 'challenge-error',
  },
}

/** Whether something given is an object of parameters. */
const isPlain = (given: unknown): given is object =>
  typeof given === 'object' && given !== null && !(given instanceof Element)

/** What a page calls its action. */
interface Action {
  action?: string
}

/** Tells nobody: a promise does. */
const QUIET: WidgetEvents = {
  ...{ passed() {}, expired() {}, failed() {}, opened() {}, closed() {}, late() {}, changed() {} },
}

/** The functions of `grecaptcha` and of `grecaptcha.enterprise`. */
export function createRecaptcha({ server, query, ready }: OwnScript) {
  const hl = query.get('hl') ?? undefined
  const clients = createClients(RECAPTCHA, server, { ...(hl && { hl }) })

  /** A client by its id, which may be 0; the first of the page without one. */
  const find = (id?: unknown): Client => {
    const client =
      id === undefined || id === null
        ? clients.first(({ isolated }) => !isolated || isolated === 'false')
        : clients.all.find(each => each.number === Number(id))
    if (client) return client
    throw new Error(id === undefined ? 'No reCAPTCHA clients exist.' : `Invalid reCAPTCHA client id: ${id}`)
  }

  /** A pass for an action, in a widget of its own: it can be earned beside others. */
  const earn = async (sitekey: string, { action }: Action = {}): Promise<string> => {
    const widget = createWidget({
      ...RECAPTCHA.look({ sitekey, hl, size: 'invisible', action }),
      ...{ server, dialect: RECAPTCHA.dialect, place: document.body, isManual: true, renews: false },
      events: QUIET,
    })
    try {
      return await widget.execute()
    } catch (why) {
      throw new Error(`${FAILED}: ${RECAPTCHA.errors[why as keyof Vendor['errors']] ?? why}`)
    } finally {
      widget.remove()
    }
  }

  const executeClient = (id?: number, options?: Action): Promise<string> => {
    const { widget } = find(id)
    const passed = widget.execute(options?.action === undefined ? {} : { action: options.action })
    // Callbacks say why there is none, and most pages take no notice of the promise.
    passed.catch(() => {})
    return passed
  }

  function execute(id?: number): Promise<void>
  function execute(key: string | number, action: Action): Promise<string>
  function execute(target?: string | number, action?: Action): Promise<unknown> {
    return typeof target === 'string' ? earn(target, action) : executeClient(target, action)
  }

  return {
    /**
     * The id is a number from 0. With or without `inherit` the container's attributes count. Parameters alone
     * render at the end of the page, as the vendor's own script does.
     */
    render(container: string | HTMLElement | object, parameters?: object, _inherit?: boolean): number {
      if (parameters === undefined && isPlain(container)) {
        const place = document.createElement('div')
        document.body.append(place)
        return clients.render(place, { ...container, size: 'invisible' }).number
      }
      const element = elementOf(container)
      if (!element) throw new Error('reCAPTCHA placeholder element must be an element or id')
      return clients.render(element, parameters).number
    },
    reset: (id?: number): void => find(id).widget.reset(),
    getResponse: (id?: number): string => find(id).widget.pass,
    execute,
    ready: (callback: () => void): void => ready(callback),
  }
}
