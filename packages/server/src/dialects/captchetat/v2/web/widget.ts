import { h } from '../../../../../web/shared/dom.ts'
import type { CaptchaAnswer } from '../wire.ts'
import { iconButton } from './icons.ts'
import { createSound } from './sound.ts'
import { languageOf, type Word, words } from './words.ts'

/**
 * Milliseconds after which a picture is renewed: one minute less than a server keeps it unless told
 * otherwise.
 */
const RENEWAL_MS = 19 * 60_000
/** Milliseconds after which a back end that says nothing counts as out of reach. */
const TIMEOUT_MS = 15_000

/** One captcha on the page. */
export interface Widget {
  /** Whether it is still where it was put. */
  readonly present: boolean
  /** Whether it was given another back end or style since its picture was asked for. */
  readonly changed: boolean
  /**
   * A new picture, then a word on it. The latest request wins: an earlier one that is still in progress is
   * dropped.
   */
  renew(word: Word): Promise<void>
  /** Renews the picture if it is about to expire and nobody is listening or looking elsewhere. */
  tend(): void
  close(): void
}

/** Builds a captcha inside `root` and fetches its first picture. All ids end in `suffix`. */
export function createWidget(root: Element, suffix: string): Widget {
  const image = h('img', { id: `captchaImage${suffix}`, width: 200, height: 70, hidden: true })
  const listen = iconButton(`playSoundIcon${suffix}`, `iconSound${suffix}`)
  const reload = iconButton(`reloadCaptchaIcon${suffix}`, `iconReload${suffix}`)
  const uuid = h('input', { type: 'hidden', id: `captchetat-uuid${suffix}`, name: 'captchetat-uuid' })
  const status = h('p', { role: 'status', id: `captchetat-status${suffix}` })
  const picture = h('div', { class: 'captchetat-picture' }, image)
  const box = h(
    'div',
    { class: 'captchetat-box', id: `captchetat-container${suffix}`, role: 'group' },
    picture,
    h('div', { class: 'captchetat-buttons', id: `logos${suffix}` }, listen.button, reload.button),
    status,
    uuid,
  )

  let style = ''
  let backend = ''
  let text = words.fr
  let asked = 0
  let fetching: AbortController | undefined

  const attribute = (name: string) => root.getAttribute(name) ?? ''
  const say = (word: Word, aloud = true) => {
    status.setAttribute('aria-live', aloud ? 'polite' : 'off')
    status.classList.toggle('captchetat-failed', word === 'failed')
    status.textContent = text[word]
  }
  const showSound = () => {
    if (sound.playing) listen.label('stop', text.stop)
    else listen.label('listen', text.listen)
    listen.button.setAttribute('aria-disabled', String(!uuid.value))
  }
  const sound = createSound(event => {
    showSound()
    if (event === 'soundFailed') renew(event)
    // A screen reader that said that the code plays would talk over it.
    else say(event, event !== 'playing' && event !== 'soundLoading')
  })

  function address(values: Record<string, string>): string {
    const url = new URL(backend, document.baseURI)
    url.search += `${url.search ? '&' : '?'}${new URLSearchParams(values)}`
    return url.href
  }

  function begin(): void {
    style = attribute('captchaStyleName')
    backend = attribute('urlBackend')
    const language = languageOf(style)
    text = words[language]
    box.lang = language
    box.setAttribute('aria-label', text.name + suffix.replace('-', ' '))
    image.alt = attribute('altImage') || text.alt
    reload.label('reload', text.reload)
    uuid.value = ''
    sound.drop()
    showSound()
    picture.setAttribute('aria-busy', 'true')
  }

  /** The uuid of a new picture, once that is on show. */
  async function fetchPicture(signal: AbortSignal): Promise<string> {
    const response = await fetch(address({ get: 'image', c: style }), {
      headers: { 'Content-Type': 'application/json' },
      cache: 'no-store',
      signal,
    })
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
    const { uuid, imageb64 }: CaptchaAnswer = await response.json()
    if (!uuid || !imageb64) throw new Error('no captcha')
    await new Promise((done, fail) => {
      image.onload = done
      image.onerror = signal.onabort = fail
      image.src = imageb64
    })
    return uuid
  }

  async function renew(word: Word): Promise<void> {
    fetching?.abort()
    const mine = new AbortController()
    fetching = mine
    begin()
    // Nobody has asked for the first one.
    say('loading', word !== 'ready')
    const issued = Date.now()
    const timer = setTimeout(() => mine.abort(), TIMEOUT_MS)
    const id = await fetchPicture(mine.signal).catch(() => '')
    clearTimeout(timer)
    if (fetching !== mine) return
    fetching = undefined
    uuid.value = id
    asked = issued
    // A picture without its uuid must not be there to be typed.
    image.hidden = !id
    picture.setAttribute('aria-busy', 'false')
    showSound()
    say(id ? word : 'failed')
  }

  listen.button.onclick = () => {
    if (uuid.value) sound.toggle(address({ get: 'sound', c: style, t: uuid.value }))
  }
  reload.button.onclick = () => {
    renew('renewed')
  }
  root.append(box)
  renew('ready')

  return {
    get present() {
      return box.isConnected
    },
    get changed() {
      return style !== attribute('captchaStyleName') || backend !== attribute('urlBackend')
    },
    renew,
    tend() {
      const due = uuid.value && Date.now() - asked > RENEWAL_MS
      // A computer that has just woken up is offline for a moment.
      if (due && !document.hidden && navigator.onLine && !sound.playing) renew('expired')
    },
    close() {
      fetching?.abort()
      fetching = undefined
      sound.drop()
      box.remove()
    },
  }
}
