import type { UprightCaptcha } from '../../../../../widget/src/element/define.ts'
import type { StateDetail } from '../../../../../widget/src/element/events.ts'
import { h } from '../../../../../widget/src/parts/dom.ts'
import { createDialog, type Dialog } from './dialog.ts'
import look from './look.css'
import type { Failure, Look, Vendor } from './vendor.ts'
import { TEST_NOTE } from './words.ts'

/** Milliseconds without the service after which those who wait for a pass are told. */
const OFFLINE_MS = 10_000

/** Pixels without which nobody can read what a widget asks, each way. */
const ROOM_PX = 120

/** What a widget tells. */
export interface WidgetEvents {
  passed(pass: string): void
  /** The pass that was there counts no longer. */
  expired(pass: string): void
  failed(failure: Failure): void
  /** The visitor is asked for something. */
  opened(): void
  /** The visitor is asked no longer. */
  closed(): void
  /** What the visitor was asked has expired. */
  late(): void
  /** There is this pass now, or none. */
  changed(pass: string): void
}

/** Options of a widget. */
export interface WidgetOptions extends Look {
  server: string
  dialect: Vendor['dialect']
  /** Where it is put, or its dialog where it is one. */
  place: Element
  /** Whether it waits for a press of the visitor. @default it starts with the form around */
  isManual: boolean
  /** Whether another pass takes the place of one that expires. */
  renews: boolean
  events: WidgetEvents
}

/** Why somebody who waited for a pass got none: as a failure, or because of what was done meanwhile. */
export type NoPass = Failure | 'closed' | 'expired' | 'reset'

/** `<upright-captcha>` in a page that was written for another widget. */
export interface Widget {
  /** What it is in. */
  readonly host: HTMLElement
  readonly pass: string
  /** Whether there was a pass, which has expired. */
  readonly isExpired: boolean
  /** Starts, in a dialog afresh. @throws a `NoPass` */
  execute(change?: Pick<Look, 'action' | 'cdata'>): Promise<string>
  reset(): void
  /** Closes what it asks, as visitors do. */
  close(why?: 'closed' | 'expired'): void
  remove(): void
}

let loading: Promise<unknown> | undefined
/** Loads the script of the element; a load that failed is tried again. */
const load = (server: string) => {
  loading ??= import(`${server}/upright.js`)
  loading.catch(() => {
    loading = undefined
  })
  return loading
}

/** Whether the browser has what the element needs. */
const isSupported = () => 'attachInternals' in HTMLElement.prototype && 'adoptedStyleSheets' in document

const failureOf = (status: number | undefined): Failure => {
  if (status === undefined || status >= 500) return 'network'
  return ({ 403: 'origin', 404: 'sitekey', 429: 'rate' } as const)[status as 403] ?? 'challenge'
}

/** Shows or hides an element by a property: policies allow it, and it goes before the page's styles. */
export function show(element: HTMLElement, isShown: boolean): void {
  if (isShown) element.style.removeProperty('display')
  else element.style.setProperty('display', 'none', 'important')
}

/** Whether what is in an element can be seen; pages hide widgets that they expect to ask nothing. */
function hasRoom(element: HTMLElement): boolean {
  if (element.getBoundingClientRect().width < ROOM_PX) return false
  for (let around = element.parentElement; around; around = around.parentElement) {
    const { overflowX, overflowY } = getComputedStyle(around)
    const isCut = [overflowX, overflowY].some(each => each === 'hidden' || each === 'clip')
    if (isCut && Math.min(around.clientWidth, around.clientHeight) < ROOM_PX) return false
  }
  return true
}

/**
 * The element is in a shadow root: it is no control of the form around it, which then is valid and has no
 * field of ours, as pages for other widgets expect.
 */
export function createWidget(options: WidgetOptions): Widget {
  const { server, dialect, place, theme, size, tabindex, isManual, renews, events } = options
  const host = h('div', { 'data-size': size, tabindex })
  const root = host.attachShadow({ mode: 'open', delegatesFocus: true })
  const note = h('p', { hidden: true }, TEST_NOTE)
  const waiting: { resolve(pass: string): void; reject(why: NoPass): void }[] = []
  let element: UprightCaptcha | undefined
  let dialog: Dialog | undefined
  let pass = ''
  let isAsking = false
  let isExpired = false
  let offline: ReturnType<typeof setTimeout> | undefined

  const refuse = (why: NoPass) => {
    for (const { reject } of waiting.splice(0)) reject(why)
  }
  const fail = (failure: Failure) => {
    refuse(failure)
    events.failed(failure)
  }
  const ask = (isAsked: boolean) => {
    if (isAsked === isAsking) return
    isAsking = isAsked
    host.toggleAttribute('data-asking', isAsked)
    if (isAsked) {
      events.opened()
      if (!dialog && !hasRoom(host)) {
        document.body.append(host)
        show(host, true)
        moveIntoDialog()
      }
      dialog?.open()
    } else {
      dialog?.close()
      events.closed()
    }
  }
  /** From then on it is asked there: one that is moved is not reset. */
  const moveIntoDialog = () => {
    const lang = options.lang ?? (document.documentElement.lang || navigator.language)
    dialog = createDialog([element!, note], lang, () => {
      isAsking = false
      refuse('closed')
      element!.reset()
      events.closed()
    })
    dialog.element.className = theme
    root.append(dialog.element)
  }
  const hold = (next: string) => {
    const before = pass
    pass = next
    if (before !== next) events.changed(next)
    return before
  }

  const onState = ({ state, note: why, status, test }: StateDetail) => {
    clearTimeout(offline)
    if (test) {
      note.hidden = false
      if (!test.visible && !dialog) show(host, false)
    }
    const before = hold(element!.value)
    isExpired = !pass && (isExpired || before !== '') && state !== 'idle'
    if (state === 'choose' || state === 'answering') ask(true)
    else if (state !== 'working' && state !== 'offline') ask(false)
    if (before && (state === 'working' || state === 'expired')) {
      if (!renews) element!.reset()
      events.expired(before)
    }
    // It was reset, also by being taken out of the page.
    if (state === 'idle') refuse('reset')
    if (state === 'passed') {
      for (const { resolve } of waiting.splice(0)) resolve(pass)
      events.passed(pass)
    }
    if (state === 'failed') fail(failureOf(status))
    if (state === 'offline') offline = setTimeout(() => fail(failureOf(status)), OFFLINE_MS)
    // Last: what it leads to may reset the element.
    if (why === 'late' && isAsking) events.late()
  }

  const make = () => {
    const { sitekey, action, cdata, lang } = options
    const made = h('upright-captcha', {
      ...{ sitekey, server, dialect, action, cdata, lang, theme },
      start: isManual ? 'manual' : undefined,
      size: size === 'normal' ? undefined : 'full',
    })
    made.addEventListener('upright-state', event => onState((event as CustomEvent<StateDetail>).detail))
    return made
  }

  const sheet = new CSSStyleSheet()
  sheet.replaceSync(look)
  root.adoptedStyleSheets = [sheet]
  place.append(host)

  const start = async (): Promise<UprightCaptcha> => {
    if (!isSupported()) throw 'browser'
    await load(server).catch(() => {
      throw 'network'
    })
    if (element) return element
    element = make()
    root.append(element, note)
    if (size === 'dialog') moveIntoDialog()
    // One that is in no page yet is an element of no class until then.
    customElements.upgrade(element)
    return element
  }
  start().catch(fail)

  return {
    host,
    get pass() {
      return pass
    },
    get isExpired() {
      return isExpired
    },
    async execute(change = {}) {
      const ready = await start()
      for (const [name, value] of Object.entries(change)) ready.setAttribute(name, value ?? '')
      // What was earned before may have been sent.
      if (dialog && pass) ready.reset()
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        // Why it fails is told with its state.
        ready.execute().then(resolve, () => {})
      })
    },
    reset() {
      refuse('reset')
      element?.reset()
    },
    close(why = 'closed') {
      if (!isAsking) return
      refuse(why)
      element?.reset()
    },
    remove() {
      refuse('reset')
      element?.reset()
      host.remove()
    },
  }
}
