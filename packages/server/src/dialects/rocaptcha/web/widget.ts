import { h } from '../../../../web/shared/dom.ts'
import type { ChallengeAnswer, StatusAnswer } from '../wire.ts'
import type { Api } from './api.ts'
import { createBadge } from './badge.ts'
import { createDial } from './dial.ts'
import { createFields, session } from './fields.ts'
import { createButton, icon } from './icons.ts'
import { createListen } from './listen.ts'
import { onHold } from './press-and-hold.ts'
import { createHouse } from './shadow-root.ts'
import type { Speech, Word } from './words.ts'

/** Share of its time after which a challenge is renewed: one minute before the end of the usual twenty. */
const RENEWAL_SHARE = 0.95
/**
 * Degrees by which a button turns: a site may let as little as 5 pass to either side, and nobody has to drag.
 */
const STEP_DEGREES = 10

/** Texts for the statuses of the last answer. Anything else is shown as the page gave it. */
const VERDICTS: Record<string, Word> = {
  FAILED: 'wrong',
  WRONG_RESPONSE: 'wrong',
  TIMEOUT: 'late',
  WRONG_HASH: 'late',
  WRONG_SESSION: 'failed',
  ERROR: 'failed',
} satisfies Partial<Record<StatusAnswer['status'], Word>>

/** One captcha on the page. */
export interface Widget {
  /** Whether it is still where it was put, or has yet to be. */
  readonly present: boolean
  /** Another challenge. The latest request wins: the answer of an earlier one is dropped. */
  renew(): void
  /** Renews a challenge that is about to expire, unless somebody is at it or all look elsewhere. */
  tend(): void
  /** Lets go of what plays. */
  close(): void
}

export interface WidgetOptions {
  api: Api
  key: string
  speech: Speech
  /** What the page wants to be said of the last answer: text, or a status of the API. */
  error: string
  /** Seconds after which a challenge expires. */
  expiry: number
}

/** Builds a captcha inside `root`, in the place of what is there, and fetches its first picture. */
export function createWidget(root: Element, { api, key, speech, error, expiry }: WidgetOptions): Widget {
  const { lang, words, turned } = speech
  const { challenge, response, inputs } = createFields()
  const answer = (text: string) => {
    response.value = text
  }

  /** Whether the visitor listens instead. */
  let listening = false
  /** How many challenges were wished for, and when the one at hand was. */
  let requests = 0
  let asked = 0
  /** Whether it ever was on the page: its place may be made before that. */
  let shown = false

  const title = h('p', { class: 'title', id: 'title' })
  const note = h('p', { class: 'note', role: 'alert' })
  const status = h('p', { class: 'status', role: 'status' })
  // For who does not see what a button does to the slider, or that another picture has come.
  const aside = h('p', { class: 'aside', role: 'status' })
  const help = h('p', { class: 'help', id: 'help', hidden: true })
  const say = (text: string, bad = false) => {
    status.classList.toggle('bad', bad)
    status.textContent = text
  }

  const dial = createDial({ spoken: turned, turned: degrees => answer(String(degrees)) })
  const turner = (name: 'turnLeft' | 'turnRight', by: number) => {
    const { element, show } = createButton(`round ${name}`)
    show(name, turned((by + 360) % 360))
    const tell = () => {
      aside.textContent = response.value && turned(Number(response.value))
    }
    onHold(element, () => dial.turn(by), tell)
    return element
  }
  const look = h(
    'div',
    { class: 'stage empty' },
    icon('paw', 'icon paw'),
    dial.element,
    turner('turnLeft', -STEP_DEGREES),
    turner('turnRight', STEP_DEGREES),
  )
  const badge = h('div', { class: 'under' })

  const listen = createListen(words, {
    report: event => say(event ? words[event] : '', event === 'failed'),
    typed: answer,
    /** As a browser does at Enter: the form's first button is pressed. */
    sent() {
      const form = root.closest('form')
      const button = [...(form ?? [])].find(element => (element as HTMLButtonElement).type === 'submit')
      if (button) (button as HTMLElement).click()
      else form?.requestSubmit()
    },
  })

  const renewal = createButton('wide', () => {
    note.textContent = ''
    renew()
  })
  const other = createButton('wide', () => {
    listening = !listening
    renew()
    if (listening) listen.focus()
    else dial.element.focus()
  })
  const helper = createButton('round helper', () => {
    help.hidden = !help.hidden
    helper.element.setAttribute('aria-expanded', String(!help.hidden))
  })
  helper.show('help', words.help)
  helper.element.setAttribute('aria-expanded', 'false')

  const box = createHouse(
    lang,
    { role: 'group', 'aria-labelledby': 'title' },
    title,
    note,
    look,
    badge,
    ...listen.elements,
    h('div', { class: 'row' }, renewal.element, other.element, helper.element),
    help,
    status,
    aside,
  )

  /** What there is another one of. */
  const what = () => (listening ? words.newNumber : words.newPicture)

  function begin(): void {
    for (const part of [look, badge]) part.hidden = listening
    for (const part of listen.elements) part.hidden = !listening
    title.textContent = listening ? words.type : words.turn
    help.textContent = listening ? words.helpListen : words.helpLook
    renewal.show(listening ? 'again' : 'fresh', what())
    other.show(listening ? 'look' : 'listen', listening ? words.look : words.listen)
    challenge.value = response.value = aside.textContent = ''
    listen.put()
    dial.enable(false)
    look.classList.add('busy')
  }

  /** Puts another challenge on show; its hash. @throws what is wrong */
  async function fetchChallenge(wanted: () => boolean): Promise<string> {
    const query = { key, lang, ...(session && { session }), ...(listening && { kind: 'sound' }) }
    const { status, content, animal_status } = await api.ask<ChallengeAnswer>('generate/', query)
    if (!wanted()) return ''
    if (status !== 'OK' || !content) throw ` (${status})`
    if (listening) {
      listen.put(api.address(`sound/${content}/`))
    } else {
      await dial.put(api.address(`image/${content}/`))
      if (!wanted()) return ''
      badge.replaceChildren(createBadge(animal_status, words) ?? '')
      look.classList.remove('empty')
      dial.enable(true)
    }
    return content
  }

  /** What comes of itself comes with news. */
  async function renew(news = ''): Promise<void> {
    const mine = ++requests
    const wanted = () => mine === requests
    const issued = Date.now()
    begin()
    // Nobody has asked for the first one.
    say(asked ? words.loading : '')
    try {
      const hash = await fetchChallenge(wanted)
      if (!wanted()) return
      challenge.value = hash
      if (asked) aside.textContent = what()
      asked = issued
      say(news)
    } catch (reason) {
      if (!wanted()) return
      look.classList.add('empty')
      badge.replaceChildren()
      // The status says more to the operator of the site than to its visitors.
      say(words.failed + (typeof reason === 'string' ? reason : ''), true)
    }
    look.classList.remove('busy')
  }

  root.replaceChildren(box, ...inputs)
  // What stands in it from the start is no news to a screen reader.
  setTimeout(() => {
    note.textContent = Object.hasOwn(VERDICTS, error) ? words[VERDICTS[error]!] : error
  })
  renew()

  return {
    get present() {
      shown ||= box.isConnected
      return box.isConnected || !shown
    },
    renew() {
      renew()
    },
    tend() {
      const due = challenge.value && Date.now() - asked > RENEWAL_SHARE * expiry * 1000
      // A computer that has just woken up is offline for a moment.
      if (!due || document.hidden || !navigator.onLine || listen.playing || dial.pressed) return
      renew(words.late)
    },
    close() {
      requests++
      listen.put()
    },
  }
}
