import { h } from '../../../../../../widget/src/parts/dom.ts'
import { createPlayer } from '../../../../../../widget/src/parts/player.ts'
import { languageAround } from '../../../../../web/shared/page-language.ts'
import { actionOf, createSoundButtons } from '../../../../../web/shared/sound-buttons.ts'
import { sendStatus } from '../../../../../web/shared/status-event.ts'
import { addressOf, fetchChallenge } from './challenge.ts'
import { iconButton } from './icons.ts'
import { type Word, words } from './words.ts'

/**
 * Milliseconds after which a picture is renewed: one minute less than a server keeps it unless told
 * otherwise.
 */
const LIFE_MS = 19 * 60_000
/** Milliseconds after which a back end that says nothing counts as out of reach. */
const TIMEOUT_MS = 15_000

/** One captcha on the page. */
export interface Widget {
  /** Whether it is still where it was put. */
  readonly present: boolean
  /** Whether it was given another back end or style since its picture was asked for. */
  readonly changed: boolean
  /** A new picture, then a word on it. The latest call decides: what an earlier one brings is dropped. */
  renew(word: Word): Promise<void>
  /** Renews the picture if it is about to expire and nobody is listening or looking elsewhere. */
  refresh(): void
  /** Tries again where the last picture could not be had. */
  retry(): void
  close(): void
}

/** The elements of a captcha. All ids end in `suffix`. */
function createBox(suffix: string) {
  const image = h('img', { id: `captchaImage${suffix}`, width: 200, height: 70, hidden: true })
  const listen = iconButton(`playSoundIcon${suffix}`, `iconSound${suffix}`)
  const reload = iconButton(`reloadCaptchaIcon${suffix}`, `iconReload${suffix}`)
  const uuid = h('input', { type: 'hidden', id: `captchetat-uuid${suffix}`, name: 'captchetat-uuid' })
  // In a direction of its own: the page's may be another one than the text's.
  const said = h('bdi')
  const status = h('p', { role: 'status', id: `captchetat-status${suffix}` }, said)
  const picture = h('div', { class: 'captchetat-picture' }, image)
  const sound = h('div', { class: 'captchetat-sound', hidden: true })
  const box = h(
    'div',
    { class: 'captchetat-box', id: `captchetat-container${suffix}`, role: 'group' },
    picture,
    h('div', { class: 'captchetat-buttons', id: `logos${suffix}` }, listen.button, reload.button),
    sound,
    status,
    uuid,
  )
  return { box, picture, image, listen, reload, sound, status, said, uuid }
}

/** Builds a captcha inside `root` and fetches its first picture. */
export function createWidget(root: Element, suffix: string): Widget {
  const { box, picture, image, listen, reload, sound, status, said, uuid } = createBox(suffix)
  let style = ''
  let backend = ''
  let text = words.fr
  let issued = 0
  let fetching: AbortController | undefined
  let failed = false

  const attribute = (name: string) => root.getAttribute(name) ?? ''
  const say = (word: Word, aloud = true) => {
    status.setAttribute('aria-live', aloud ? 'polite' : 'off')
    status.classList.toggle('captchetat-failed', word === 'failed')
    said.textContent = text[word]
  }
  const player = createPlayer({
    changed(state) {
      showSound()
      const word = state === 'loading' ? 'soundLoading' : state
      // A screen reader that said that the code plays would talk over it.
      if (word !== 'idle') say(word, word !== 'playing' && word !== 'soundLoading')
    },
    failed: () => renew('soundFailed'),
    blocked: () => say('blocked'),
  })
  const soundButtons = createSoundButtons(player)
  sound.append(...soundButtons.buttons)
  const showSound = () => {
    const { state } = player
    const plays = state === 'playing' || state === 'loading'
    listen.label(plays ? 'pause' : 'listen', actionOf(state, text, text.listen))
    listen.button.setAttribute('aria-disabled', String(!uuid.value))
    soundButtons.label(text)
    // Somebody who listened once will again: the buttons stay, and nothing moves with each picture.
    if (state !== 'idle') sound.hidden = false
  }

  function begin(): void {
    style = attribute('captchaStyleName')
    backend = attribute('urlBackend')
    const language = languageAround(root) ?? (style.endsWith('EN') ? 'en' : 'fr')
    text = words[language]
    box.lang = language
    box.setAttribute('aria-label', text.name + suffix.replace('-', ' '))
    image.alt = attribute('altImage') || text.alt
    reload.label('reload', text.reload)
    uuid.value = ''
    player.close()
    showSound()
    picture.setAttribute('aria-busy', 'true')
  }

  async function renew(word: Word): Promise<void> {
    fetching?.abort()
    const mine = new AbortController()
    fetching = mine
    begin()
    // Nobody has asked for the first one.
    say('loading', word !== 'ready')
    const started = Date.now()
    const timer = setTimeout(() => mine.abort(), TIMEOUT_MS)
    const address = addressOf(backend, { get: 'image', c: style })
    const id = await fetchChallenge(address, image, mine.signal).catch(() => '')
    clearTimeout(timer)
    if (fetching !== mine) return
    fetching = undefined
    failed = !id
    uuid.value = id
    issued = started
    // A picture without its uuid must not be there to be typed.
    image.hidden = failed
    picture.setAttribute('aria-busy', 'false')
    showSound()
    say(failed ? 'failed' : word)
    sendStatus(root, failed ? 'captcha-error' : 'captcha-ready')
  }

  listen.button.onclick = () => {
    if (player.state !== 'idle') player.toggle()
    else if (uuid.value) player.open(addressOf(backend, { get: 'sound', c: style, t: uuid.value }))
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
    refresh() {
      const due = uuid.value && Date.now() - issued > LIFE_MS
      const heard = player.state === 'playing' || player.state === 'loading'
      // A computer that has just woken up is offline for a moment.
      if (due && !document.hidden && navigator.onLine && !heard) renew('expired')
    },
    retry() {
      if (failed && !fetching) renew('renewed')
    },
    close() {
      fetching?.abort()
      fetching = undefined
      player.close()
      box.remove()
    },
  }
}
