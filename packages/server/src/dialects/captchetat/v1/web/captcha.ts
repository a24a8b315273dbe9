import { h } from '../../../../../../widget/src/parts/dom.ts'
import { languageAround } from '../../../../../web/shared/page-language.ts'
import { sendStatus } from '../../../../../web/shared/status-event.ts'
import { createControls } from './controls.ts'
import { clear, inputFor } from './input.ts'
import type { Instance } from './instance.ts'
import { readMarkup, valuesIn } from './markup.ts'
import { createProof } from './proof.ts'
import { type Word, wordsFor } from './words.ts'

/** Share of an id's life after which a captcha is renewed. */
const RENEWAL_SHARE = 0.95
/** Milliseconds more for a visitor who has typed something, and may be about to send it. */
const TYPING_GRACE_MS = 30_000
/** Milliseconds after which a server that says nothing counts as out of reach. */
const TIMEOUT_MS = 20_000

/** How many addresses were made. With its number none is like another, so that none comes from a cache. */
let count = 0

/** One captcha on the page. */
export interface Captcha {
  instance: Instance
  /** Another id and another code, then a word on it. */
  renew(word: Word): Promise<void>
  /** Renews it if it is about to expire and nobody is listening or looking elsewhere. */
  refresh(): void
  /** Tries again where the last code could not be had. */
  retry(): void
}

/**
 * Brings the markup in `root` to life, with the picture in `place`. Undefined when it is not the server's
 * markup. It is one closure, for clients read, set and replace the members of its instance, and each of them
 * needs the rest.
 */
export function createCaptcha(root: HTMLElement, place: HTMLElement): Captcha | undefined {
  const markup = readMarkup(root, place)
  if (!markup) return
  const { endpoint, style, id, image, soundLink, field } = markup
  const address = (get: string, more = '') => `${endpoint}?get=${get}&c=${style}${more}`
  const life = RENEWAL_SHARE * 1000 * Number(root.dataset.expiry)
  const language = languageAround(root.parentElement) ?? (root.lang || style.slice(-2).toLowerCase())
  const text = wordsFor(language)

  let validation = address('validation-result', `&t=${id}`)
  let issued = Date.now()
  /** What is said when the picture on its way has come. */
  let news: Word = 'renewed'
  let byVisitor = false
  let retried = false
  let broken = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const proof = createProof(place, field)
  const instance: Instance = {
    captchaStyleName: style,
    captchaId: id,
    options: { userInputID: 'captchaFormulaireExtInput', imageColorMode: 'none' },
    get userInput() {
      return inputFor(root, instance.options.userInputID)
    },

    imageSrcUrl: address('image', `&t=${id}`),
    soundUrl: address('sound', `&t=${id}&d=${++count}`),
    pUrl: address('p', `&t=${id}`),
    get validationUrl() {
      return validation + proof.query
    },
    set validationUrl(url) {
      validation = url
    },

    image,
    newImage: null,
    imagePlaceholder: place,
    progressIndicator: null,
    soundPlayed: false,
    playNewAudio: false,

    reloadImage() {
      if (instance.progressIndicator) return
      retried = false
      if (due()) {
        renew('renewed')
        return
      }
      begin('renewed')
      load()
    },
    initNewImage(url) {
      const made = h('img')
      for (const { name, value } of instance.image.attributes) {
        // The old picture would be fetched once more, and a policy lets no style be set this way.
        if (name !== 'src' && name !== 'style') made.setAttribute(name, value)
      }
      instance.newImage = made
      instance.imageSrcUrl = url
      instance.soundUrl = url.replace('get=image', 'get=sound')
      instance.playNewAudio = true
      made.onload = () => {
        if (instance.newImage !== made || !place.isConnected) return
        place.replaceChildren(made)
        instance.image = made
        instance.initImageColorModeHandler()
        instance.postReloadImage()
      }
      made.onerror = () => {
        if (instance.newImage === made) fail()
      }
      made.src = url
    },
    initImageColorModeHandler() {
      instance.image.removeAttribute('style')
    },
    postReloadImage() {
      const input = instance.userInput
      const typed = !!input?.value
      const focused = document.activeElement
      // Some browsers leave the focus to the page when a link is pressed.
      const waiting = byVisitor && (!focused || focused === document.body || root.contains(focused))
      settle(news === 'expired' && typed ? 'retype' : news)
      if (typed) clear(input)
      if (waiting) input?.focus()
    },
    playSound() {
      if (instance.playNewAudio) controls.drop()
      instance.soundPlayed = true
      instance.playNewAudio = false
      controls.toggle(instance.soundUrl)
    },
  }

  const controls = createControls({
    root,
    markup,
    text,
    icon: address,
    reload() {
      byVisitor = true
      // Clients put functions of their own in the place of ours.
      instance.reloadImage()
    },
    listen: () => instance.playSound(),
  })
  const { say } = controls

  function setBusy(busy: boolean): void {
    clearTimeout(timer)
    instance.progressIndicator?.remove()
    instance.progressIndicator = busy ? h('progress', { 'aria-hidden': 'true' }) : null
    if (instance.progressIndicator) place.append(instance.progressIndicator)
    place.setAttribute('aria-busy', String(busy))
    controls.enable(!busy)
  }
  function begin(word: Word): void {
    news = word
    instance.newImage = null
    controls.drop()
    setBusy(true)
    say('loading')
  }
  function settle(word: Word): void {
    setBusy(false)
    byVisitor = false
    broken = word === 'failed'
    // A picture without its code must not be there to be typed.
    place.classList.toggle('BDC_Broken', broken)
    say(word)
    sendStatus(root, broken ? 'captcha-error' : 'captcha-ready')
  }
  function load(): void {
    clearTimeout(timer)
    timer = setTimeout(settle, TIMEOUT_MS, 'failed')
    instance.initNewImage(`${instance.imageSrcUrl.replace(/&d=\d+$/, '')}&d=${++count}`)
  }
  /**
   * The id may be too old, or the server's memory too short: a new one is tried once, then it is the
   * visitor's turn.
   */
  function fail(): void {
    if (retried) {
      settle('failed')
    } else {
      retried = true
      renew(news)
    }
  }

  const due = (grace = 0) => Date.now() - issued > life + grace
  async function renew(word: Word): Promise<void> {
    begin(word)
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS)
      const response = await fetch(address('html'), { cache: 'no-store', signal })
      adopt(await response.text())
      load()
    } catch {
      settle('failed')
    }
  }
  function adopt(html: string): void {
    const values = valuesIn(html, style)
    // An old captcha that is no longer on the page must not take the input of the new one.
    if (!values || !place.isConnected) throw new Error('no captcha to renew')
    for (const [name, value] of Object.entries(values)) {
      const input = field(name)
      if (input) input.value = value
    }
    const old = instance.captchaId
    const renamed = (url: string) => url.replace(old, values.VCID)
    instance.captchaId = values.VCID
    instance.imageSrcUrl = renamed(instance.imageSrcUrl)
    instance.pUrl = renamed(instance.pUrl)
    validation = renamed(validation)
    soundLink?.setAttribute('href', renamed(soundLink.getAttribute('href') ?? ''))
    issued = Date.now()
    proof.start(values.VCID, instance.pUrl)
  }

  function start(): void {
    if (language !== root.lang) {
      root.lang = language
      image.alt = text.alt
    }
    const mark = field('BackWorkaround')
    const restored = mark?.value === '1'
    if (mark) mark.value = '1'
    image.addEventListener('error', () => {
      if (instance.image === image && !instance.progressIndicator) fail()
    })
    // A browser that goes back puts the values into the inputs that they had when the page was left.
    if (restored) renew('renewed')
    else if (image.complete && !image.naturalWidth) fail()
    else {
      proof.start(id, instance.pUrl)
      sendStatus(root, 'captcha-ready')
    }
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start)
  else start()

  return {
    instance,
    renew,
    refresh() {
      const typed = !!instance.userInput?.value
      const quiet = !broken && !instance.progressIndicator && !controls.listening
      // A computer that has just woken up is offline for a moment.
      if (quiet && due(typed ? TYPING_GRACE_MS : 0) && !document.hidden && navigator.onLine) renew('expired')
    },
    retry() {
      if (!broken || instance.progressIndicator) return
      retried = false
      renew('renewed')
    },
  }
}
