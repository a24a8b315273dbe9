/** The functions of `hcaptcha`, as pages know them. */
import { type Client, createClients, elementOf } from './client.ts'
import type { OwnScript } from './own-script.ts'
import { language, number, type Vendor, type WidgetParameters } from './vendor.ts'
import type { NoPass } from './widget.ts'

const FIELD = 'h-captcha-response'
/** Characters of a pass that are the key of its challenge. */
const KEY_LENGTH = 22

/** The theme of a parameter: one by name, or an object with the mode of its palette. */
function themeOf(theme: unknown): 'light' | 'dark' {
  const { palette } = (typeof theme === 'object' && theme ? theme : {}) as { palette?: { mode?: string } }
  return (palette?.mode ?? theme) === 'dark' ? 'dark' : 'light'
}

/** hCaptcha; `isCompatible` where its fields are those of reCAPTCHA as well. */
export const hcaptchaVendor = (isCompatible: boolean): Vendor => ({
  dialect: 'hcaptcha',
  title: 'hCaptcha',
  parameters: [
    ...['sitekey', 'theme', 'size', 'tabindex', 'hl', 'challenge-container'],
    ...['callback', 'expired-callback', 'chalexpired-callback', 'open-callback', 'close-callback'],
    'error-callback',
  ],
  look: ({ sitekey, theme, size, tabindex, hl }: WidgetParameters) => ({
    sitekey: String(sitekey),
    lang: language(hl),
    theme: themeOf(theme),
    size: size === 'invisible' ? 'dialog' : size === 'compact' ? 'compact' : 'normal',
    tabindex: number(tabindex),
  }),
  fields: (_, count) =>
    [FIELD, ...(isCompatible ? ['g-recaptcha-response'] : [])].map(
      name => ['textarea', name, `${name}-${idOf(count)}`] as const,
    ),
  errors: {
    network: 'network-error',
    rate: 'rate-limited',
    sitekey: 'invalid-data',
    origin: 'invalid-data',
    browser: 'challenge-error',
    challenge: 'challenge-error',
  },
})

const idOf = (count: number) => `hcaptcha-${count}`

/** What an asynchronous execution resolves with. */
export interface HcaptchaResponse {
  response: string
  key: string
}
/** Options of an execution. What else there is belongs to the vendor's own risk engine, and has no effect. */
export interface ExecuteOptions {
  async?: boolean
  rqdata?: string
}

export function createHcaptcha({ server, query }: OwnScript) {
  const hl = query.get('hl') ?? undefined
  const vendor = hcaptchaVendor(query.get('recaptchacompat') !== 'off')
  const clients = createClients(vendor, server, { ...(hl && { hl }) })

  /** A client by its id; the first of the page without one. */
  const seek = (id?: unknown): Client | undefined =>
    id === undefined || id === null
      ? clients.first()
      : clients.all.find(each => idOf(each.number) === String(id))
  const find = (id?: unknown): Client => {
    const client = seek(id)
    if (client) return client
    throw new Error(id === undefined ? 'No hCaptcha exists.' : `Invalid hCaptcha id: ${id}`)
  }
  const keyOf = ({ widget: { pass } }: Client) => pass.slice(0, KEY_LENGTH)

  const reasonOf = (why: NoPass): string => {
    if (why === 'expired') return 'challenge-expired'
    return why === 'closed' || why === 'reset' ? 'challenge-closed' : vendor.errors[why]
  }
  const earn = async (client: Client): Promise<HcaptchaResponse> => {
    try {
      const response = await client.widget.execute()
      return { response, key: keyOf(client) }
    } catch (why) {
      throw reasonOf(why as NoPass)
    }
  }

  /** A promise where `async` asks for one. */
  function execute(id?: string, options?: ExecuteOptions): Promise<HcaptchaResponse> | undefined
  function execute(options: ExecuteOptions): Promise<HcaptchaResponse> | undefined
  function execute(first?: string | ExecuteOptions, second: ExecuteOptions = {}) {
    const [id, options] = typeof first === 'object' && first ? [undefined, first] : [first, second]
    const client = seek(id)
    if (!options.async) {
      earn(client ?? find(id)).catch(() => {})
      return undefined
    }
    if (client) return earn(client)
    return Promise.reject(clients.all.length === 0 ? 'missing-captcha' : 'invalid-captcha-id')
  }

  function setData(id: string, data: object): void
  function setData(data: object): void
  function setData(first: string | object, _data?: object): void {
    find(typeof first === 'object' ? undefined : first)
  }

  return {
    render(container: HTMLElement | string, parameters?: object): string {
      const element = elementOf(container)
      if (!element) throw new Error(`Element with ID "${container}" not found.`)
      const client = clients.render(element, parameters, {
        on: ({ widget, call }) => ({
          late() {
            call('chalexpired-callback')
            widget.close('expired')
          },
        }),
        changed({ widget }, pass) {
          widget.host.dataset.hcaptchaResponse = pass
        },
      })
      const id = idOf(client.number)
      client.widget.host.dataset.hcaptchaWidgetId = id
      return id
    },
    execute,
    reset: (id?: string): void => find(id).widget.reset(),
    close: (id?: string): void => find(id).widget.close(),
    remove: (id?: string): void => find(id).remove(),
    getResponse: (id?: string): string => find(id).widget.pass,
    getRespKey: (id?: string): string => keyOf(find(id)),
    /** Nothing of what it is given has an effect: it is for the vendor's own risk engine. */
    setData,
  }
}
