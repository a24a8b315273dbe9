import { h } from '../../../../../widget/src/parts/dom.ts'
import { callable } from './own-script.ts'
import { parametersOf, type Vendor, type WidgetParameters } from './vendor.ts'
import { createWidget, show, type Widget, type WidgetEvents } from './widget.ts'

/** What a page has rendered in a container. */
export interface Client {
  /** From 0. */
  readonly number: number
  readonly container: HTMLElement
  readonly parameters: WidgetParameters
  readonly widget: Widget
  /** Whether it is still where it was put. */
  readonly isThere: boolean
  /** Calls a callback of the page, if it gave one; not before what runs now has ended. */
  call(name: string, ...values: unknown[]): void
  remove(): void
}

/** Buttons that ask when they are pressed. */
const BUTTONS = 'button, input[type=submit], input[type=button]'
const isButton = (element: Element): element is HTMLButtonElement => element.matches(BUTTONS)

/** Clients of a script. */
export interface Clients {
  /** In the order in which they were rendered, without those that were removed. */
  readonly all: readonly Client[]
  at(container: unknown): Client | undefined
  /** The first that is still where it was put, with these parameters. */
  first(fits?: (parameters: WidgetParameters) => boolean): Client | undefined
  /**
   * Renders in a container; another time in the same one is the same client: frameworks render twice.
   * @throws Error without a public key
   */
  render(container: HTMLElement, given: object | undefined, behaviour?: Behaviour): Client
}

/** What a script does beside the callbacks that pages give. */
export interface Behaviour {
  /** Whether it waits for a press or a call. @default where a callback receives the pass */
  isManual?: boolean
  /** Whether another pass takes the place of one that expires. @default none does */
  renews?(parameters: WidgetParameters): boolean
  on?(client: Client): Partial<Omit<WidgetEvents, 'changed'>>
  /** Receives the pass there is, or an empty text. */
  changed?(client: Client, pass: string): void
}

/** An element that a page names: itself, or by its id. */
export const elementOf = (given: unknown): HTMLElement | undefined => {
  if (given instanceof HTMLElement) return given
  return (typeof given === 'string' && document.getElementById(given)) || undefined
}

export function createClients(vendor: Vendor, server: string, defaults: WidgetParameters): Clients {
  const { dialect, title, errors } = vendor
  const all: Client[] = []
  let number = 0

  const create = (container: HTMLElement, parameters: WidgetParameters, behaviour: Behaviour): Client => {
    const look = vendor.look(parameters)
    const fields = vendor.fields(parameters, number).map(([tag, name, id]) => {
      const field = h(tag as 'input' | 'textarea', { name, id, type: tag === 'input' && 'hidden' })
      show(field, false)
      return field
    })
    const events: WidgetEvents = {
      passed: pass => client.call('callback', pass),
      expired: pass => client.call('expired-callback', pass),
      failed: failure => client.call('error-callback', errors[failure]),
      opened() {
        client.call('open-callback')
        client.call('before-interactive-callback')
      },
      closed() {
        client.call('close-callback')
        if (client.widget.pass) client.call('after-interactive-callback')
      },
      late() {
        client.call('chalexpired-callback')
        client.call('timeout-callback')
      },
      changed(pass) {
        for (const field of fields) field.value = pass
        behaviour.changed?.(client, pass)
      },
    }
    const place =
      look.size === 'dialog' ? (elementOf(parameters['challenge-container']) ?? document.body) : container
    const widget = createWidget({
      ...look,
      ...{ server, dialect, place, events },
      isManual: behaviour.isManual ?? (look.size === 'dialog' || parameters.callback !== undefined),
      renews: behaviour.renews?.(parameters) ?? false,
    })
    const holder = isButton(container)
      ? (container.form ?? container.parentElement ?? document.body)
      : container
    const client: Client = {
      ...{ number, container, parameters, widget },
      get isThere() {
        return fields[0] ? holder.contains(fields[0]) : widget.host.parentNode !== null
      },
      call(name, ...values) {
        if (parameters[name] !== undefined) queueMicrotask(() => callable(parameters[name])?.(...values))
      },
      remove() {
        widget.remove()
        for (const field of fields) field.remove()
        container.removeEventListener('click', press)
        all.splice(all.indexOf(client), 1)
      },
    }
    const press = (event: Event) => {
      event.preventDefault()
      widget.execute().catch(() => {})
    }
    Object.assign(events, behaviour.on?.(client))
    holder.append(...fields)
    if (isButton(container)) container.addEventListener('click', press)
    number += 1
    all.push(client)
    return client
  }

  const at = (container: unknown) => all.find(client => client.container === container && client.isThere)
  return {
    all,
    at,
    first(fits = () => true) {
      const fitting = all.filter(({ parameters }) => fits(parameters))
      return fitting.find(({ isThere }) => isThere) ?? fitting[0]
    },
    render(container, given, behaviour = {}) {
      const before = at(container)
      if (before) return before
      const parameters = { ...defaults, ...parametersOf(vendor.parameters, container, given) }
      if (!parameters.sitekey) throw new Error(`${title}: the parameter sitekey is missing`)
      if (isButton(container)) parameters.size = 'invisible'
      return create(container, parameters, behaviour)
    },
  }
}

/** Renders what the page marks with one of these classes, and the buttons of any class that are bound. */
export function renderMarked(classes: readonly string[], render: (container: HTMLElement) => void): void {
  const marked = classes.map(name => `.${name}`)
  // Another vendor's script may be on the page as well.
  const other = ':not(.g-recaptcha, .h-captcha, .cf-turnstile)'
  const bound = ['button', 'input[type=submit]'].map(tag => `${tag}[data-sitekey][data-callback]${other}`)
  for (const element of document.querySelectorAll<HTMLElement>([...marked, ...bound].join())) {
    try {
      render(element)
    } catch (error) {
      // The others are rendered all the same.
      reportError(error)
    }
  }
}
