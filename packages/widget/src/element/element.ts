import type { Place } from '../solver/routes.ts'
import { solve } from '../solver/solve.ts'
import { createApi, type NativeKind } from './api.ts'
import { send } from './events.ts'
import { createFace } from './face.ts'
import { createFlow, type Flow, type State, type View } from './flow.ts'
import { type Language, languageAround, speechOf } from './languages.ts'
import { loadPart } from './load.ts'
import look from './look.css'
import { watchStart, watchSubmitter } from './start.ts'
import { words as english, type Words } from './words/en.ts'

/** Attributes whose change begins again. */
const ASKING = ['sitekey', 'server', 'action', 'cdata', 'kinds', 'dialect']
/** Name of the field, unless the element has one. */
const FIELD_NAME = 'upright-pass'
/** States that ask nothing of the visitor: a form that is sent then is sent again with the pass. */
const QUIET: readonly State[] = ['idle', 'working', 'expired', 'offline']

/** Address that the script came from, where the service is unless the page says otherwise. */
const OWN_SERVER = import.meta.url.replace(/(?:upright\/v1\/files\/)?[^/]*$/, '')

/**
 * `<upright-captcha>`: a field of a form whose value is a pass. It verifies by itself when the visitor comes
 * to the form, and asks for more only where the site does.
 */
export class UprightCaptcha extends HTMLElement {
  static readonly formAssociated = true
  static readonly observedAttributes = [...ASKING, 'name', 'lang', 'start']

  readonly #internals = this.attachInternals()
  readonly #root = this.attachShadow({ mode: 'open', delegatesFocus: true })
  readonly #face = createFace({
    root: this.#root,
    start: () => this.#flow.start(),
    choose: kind => this.#flow.choose(kind),
    loadPanels: () => loadPart(this.#server(), 'panels'),
    panelOptions: ({ ticket, speech_language: spoken = 'en' }, kind) => ({
      kind,
      address: scale => createApi(this.#server()).shown(ticket, kind, scale),
      language: this.#language,
      spoken,
      respond: response => this.#flow.respond(response),
      renew: () => this.#flow.renew(),
    }),
  })
  #language: Language = 'en'
  #words: Words = english
  #flow: Flow = this.#newFlow()
  #told: View = this.#flow.view
  /** Those who wait for the pass. */
  #waiting: { resolve(pass: string): void; reject(error: Error): void }[] = []
  /** Watches for what starts it, in the form that it is in now. */
  #watch = new AbortController()
  #isSending = false
  #submitter: () => HTMLElement | undefined = () => undefined

  constructor() {
    super()
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(look)
    this.#root.adoptedStyleSheets = [sheet]
    this.#root.append(this.#face.element)
    this.addEventListener('invalid', event => this.#onInvalid(event))
    this.#show(this.#flow.view)
  }

  /** The pass, or an empty text. */
  get value(): string {
    return this.#flow.view.pass ?? ''
  }

  get state(): State {
    return this.#flow.view.state
  }

  get form(): HTMLFormElement | null {
    return this.#internals.form
  }

  get name(): string {
    return this.getAttribute('name') ?? FIELD_NAME
  }

  set name(name: string) {
    this.setAttribute('name', name)
  }

  get validity(): ValidityState {
    return this.#internals.validity
  }

  checkValidity(): boolean {
    return this.#internals.checkValidity()
  }

  reportValidity(): boolean {
    return this.#internals.reportValidity()
  }

  /** Starts if need be; resolves with the pass, and rejects where none can be had or the element is reset. */
  execute(): Promise<string> {
    if (this.value) return Promise.resolve(this.value)
    this.#flow.start()
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  /** Forgets the pass and what was answered. */
  reset(): void {
    this.#flow.reset()
    this.#release(new Error('The verification was reset'))
    if (this.isConnected) this.#arm()
  }

  connectedCallback(): void {
    this.#arm()
    this.#speak()
  }

  disconnectedCallback(): void {
    this.#watch.abort()
    this.#face.close()
    // One that is moved is back by then.
    queueMicrotask(() => {
      if (!this.isConnected) this.reset()
    })
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after) return
    if (ASKING.includes(name)) {
      const isStarted = this.state !== 'idle'
      this.#flow.reset()
      this.#flow = this.#newFlow()
      if (isStarted) this.#flow.start()
    } else if (this.isConnected) {
      if (name === 'lang') this.#speak()
      else if (name === 'name') this.#judge()
      else this.#arm()
    }
  }

  formResetCallback(): void {
    this.reset()
  }

  formAssociatedCallback(): void {
    if (this.isConnected) this.#arm()
  }

  #server(): string {
    const given = this.getAttribute('server')
    const { href } = given ? new URL(given, document.baseURI) : new URL(OWN_SERVER)
    return href.replace(/\/$/, '')
  }

  #newFlow(): Flow {
    const server = this.#server()
    const attribute = (name: string) => {
      const text = this.getAttribute(name)
      return text ? { [name]: text } : {}
    }
    return createFlow({
      api: createApi(server),
      solve: async (work, signal) => {
        const place = this.getAttribute('solver') as Place | null
        const outcome = await solve(work, { base: server, signal, ...(place && { place }) })
        return outcome.status === 'solved' ? outcome.solutions : []
      },
      request: () => {
        const kinds = this.getAttribute('kinds')
        return {
          sitekey: this.getAttribute('sitekey') ?? '',
          ...attribute('action'),
          ...attribute('cdata'),
          ...attribute('dialect'),
          ...attribute('page'),
          ...(kinds && { kinds: kinds.trim().split(/[\s,]+/) as NativeKind[] }),
          lang: languageAround(this),
        }
      },
      changed: view => this.#show(view),
    })
  }

  /** Waits for what starts the verification, for the form being sent, and for the page to come back. */
  #arm(): void {
    this.#watch.abort()
    this.#watch = new AbortController()
    const { signal } = this.#watch
    const { form } = this
    if (form) this.#submitter = watchSubmitter(form, signal)
    const start = () => this.#flow.start()
    // In a shadow root it belongs to no form, and starts with the one around.
    const root = this.getRootNode()
    const around = form ?? (root instanceof ShadowRoot ? root.host.closest('form') : null)
    watchStart({ element: this, form: around, mode: this.getAttribute('start'), signal, start })
    // A page that comes back from the cache may have sent its form: the pass is spent.
    const comeBack = ({ persisted }: PageTransitionEvent) => persisted && this.reset()
    addEventListener('pageshow', comeBack, { signal })
  }

  /** A form that is sent before there is a pass is sent by itself when there is one. */
  #onInvalid(event: Event): void {
    const submitter = this.#submitter()
    const { form } = this
    if (!QUIET.includes(this.state)) return
    if (submitter && form) {
      event.preventDefault()
      this.#sendLater(form, submitter)
    } else this.#flow.start()
  }

  async #sendLater(form: HTMLFormElement, submitter: HTMLElement): Promise<void> {
    if (this.#isSending) return
    this.#isSending = true
    const passed = this.execute()
    this.#face.say(this.#words.sending)
    // Where it fails the visitor sees why, and the form is theirs to send.
    const isRight = await passed.then(Boolean, () => false)
    this.#isSending = false
    if (isRight && form === this.form && form.checkValidity()) form.requestSubmit(submitter)
  }

  /** Takes the words of the language around the element. */
  async #speak(): Promise<void> {
    const language = languageAround(this)
    const speech = await speechOf(language, this.#server())
    if (language !== languageAround(this)) return
    this.#words = speech.words
    this.#language = speech.lang
    this.#face.speak(speech)
    this.#judge()
  }

  #release(error?: Error): void {
    for (const { resolve, reject } of this.#waiting.splice(0)) error ? reject(error) : resolve(this.value)
  }

  /** Tells the form what the value is, and whether it may be sent. */
  #judge(): void {
    const { pass } = this.#flow.view
    // The field has its name here: one in an attribute of ours is lost where a page is morphed.
    const field = new FormData()
    if (pass) field.set(this.name, pass)
    // Nothing is kept for a page that is restored: the pass would be spent or expired.
    this.#internals.setFormValue(field, '')
    if (pass) this.#internals.setValidity({})
    else this.#internals.setValidity({ valueMissing: true }, this.#words.missing, this.#face.anchor())
  }

  #show(view: View): void {
    this.#face.show(view)
    this.#judge()
    const before = this.#told
    this.#told = view
    const { state, pass, note, status, challenge } = view
    if (before.state === state) return
    send(this, 'upright-state', { state, note, status, test: challenge?.test })
    if (state === 'passed') {
      send(this, 'upright-pass', { pass: pass!, expires_in: view.seconds! })
      this.#release()
    }
    if (state === 'expired') send(this, 'upright-expired')
    if (state === 'failed') {
      send(this, 'upright-failed')
      this.#release(new Error('The verification is not possible'))
    }
  }
}
