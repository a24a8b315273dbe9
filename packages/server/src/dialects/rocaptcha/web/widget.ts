import { createDial } from '../../../../../widget/src/parts/dial.ts'
import { sendStatus } from '../../../../web/shared/status-event.ts'
import type { ChallengeAnswer, Solution, StatusAnswer, WorkAnswer } from '../wire.ts'
import type { Api } from './api.ts'
import { createBadge } from './badge.ts'
import { createBox } from './box.ts'
import { createFields, session } from './fields.ts'
import { createListen } from './listen.ts'
import { createValidity } from './shadow-root.ts'
import type { Speech, Word } from './words.ts'

/** Share of its life after which a challenge is renewed: one minute before the end of the usual twenty. */
const RENEWAL_SHARE = 0.95

/** Texts for the statuses of the last answer. Anything else is shown as the page gave it. */
const VERDICTS: Record<string, Word> = {
  FAILED: 'wrong',
  WRONG_RESPONSE: 'unanswered',
  TIMEOUT: 'late',
  WRONG_HASH: 'used',
  WRONG_SESSION: 'failed',
  ERROR: 'failed',
} satisfies Partial<Record<StatusAnswer['status'], Word>>

/** One captcha on the page. */
export interface Widget {
  /** Whether it is still where it was put, or has yet to be. */
  readonly present: boolean
  /** Another challenge. The latest call decides: what an earlier one brings is dropped. */
  renew(): void
  /** Renews a challenge that is about to expire, unless somebody is at it or all look elsewhere. */
  refresh(): void
  /** Tries again where the last challenge could not be had. */
  retry(): void
  /** Lets go of what plays, and of the form's fields. */
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

/**
 * Builds a captcha inside `root`, in the place of what is there, and fetches its first picture. It is one
 * closure, as every part of it reads and changes which challenge is on show and in which form.
 */
export function createWidget(root: Element, { api, key, speech, error, expiry }: WidgetOptions): Widget {
  const { lang, words, turned } = speech
  const { challenge, response, made, release } = createFields(root)

  /** Whether the visitor listens instead. */
  let listening = false
  /** Whether the challenge before was a number. */
  let heard = false
  /** Aborted when another challenge is asked for. */
  let request = new AbortController()
  /** When the challenge at hand was asked for. */
  let issued = 0
  let failed = false
  /** Whether it ever was on the page: its place may be made before that. */
  let shown = false

  const answer = (text: string) => {
    response.value = text
    validate()
  }
  const dial = createDial({ spoken: turned, turned: degrees => answer(String(degrees)) })
  const listen = createListen(words, {
    // A screen reader that said that the number plays would talk over it.
    say: word =>
      say(words[word], { bad: word === 'failed', aloud: word !== 'playing' && word !== 'soundLoading' }),
    typed: answer,
    /** As a browser does at Enter: the form's first button is pressed. */
    sent() {
      const form = root.closest('form')
      const button = [...(form ?? [])].find(element => (element as HTMLButtonElement).type === 'submit')
      if (button) (button as HTMLElement).click()
      else form?.requestSubmit()
    },
  })
  const { host, note, aside, badge, look, say, show } = createBox({
    speech,
    dial,
    listen,
    response: () => response.value,
    renew() {
      note.textContent = ''
      renew()
    },
    other() {
      listening = !listening
      renew()
      if (listening) listen.focus()
      else dial.element.focus()
    },
  })
  const setValidity = createValidity(host)

  /** A form is not sent unanswered. Without a challenge there is nothing to answer: the back end decides. */
  function validate(): void {
    const missing = challenge.value && !response.value
    const part = listening ? listen.input : dial.element
    setValidity(missing ? words[listening ? 'untyped' : 'unanswered'] : '', part)
  }

  function begin(): void {
    show(listening)
    challenge.value = aside.textContent = ''
    answer('')
    listen.put()
    dial.enable(false)
    look.classList.add('busy')
  }

  /** Puts another challenge on show. @throws what is wrong, or that another one was asked for */
  async function fetchChallenge(signal: AbortSignal): Promise<void> {
    const current = async <T>(promise: Promise<T>) => {
      const value = await promise
      signal.throwIfAborted()
      return value
    }
    const query = { key, lang, ...(session && { session }), ...(listening && { kind: 'sound' }) }
    const ask = (work: Partial<Solution>) =>
      current(api.ask<ChallengeAnswer & WorkAnswer>('generate/', { ...query, ...work }))
    let answer = await ask({ work: 'ask' })
    if (answer.work) {
      say(words.loading)
      answer = await ask(await current(api.solve(answer.work, signal)))
    }
    const { status, content, animal_status } = answer
    if (status !== 'OK' || !content) throw ` (${status})`
    if (listening) {
      listen.put(api.address(`sound/${content}/`))
    } else {
      await current(dial.put(api.address(`image/${content}/`)))
      badge.replaceChildren(createBadge(animal_status, words) ?? '')
      look.classList.remove('empty')
      dial.enable(true)
    }
    challenge.value = content
  }

  /** Another challenge. `news` says why, where nobody has asked for it. */
  async function renew(news = ''): Promise<void> {
    request.abort()
    request = new AbortController()
    const { signal } = request
    const started = Date.now()
    // Another form moves the focus to what it is answered with, which says enough.
    const again = issued > 0 && listening === heard
    heard = listening
    begin()
    // Nobody has asked for the first one.
    say(issued ? words.loading : '')
    try {
      await fetchChallenge(signal)
      if (again) aside.textContent = listening ? words.numberReady : words.pictureReady
      issued = started
      failed = false
      say(news)
    } catch (reason) {
      if (signal.aborted) return
      failed = true
      look.classList.add('empty')
      badge.replaceChildren()
      // The status says more to the operator of the site than to its visitors.
      say(words.failed + (typeof reason === 'string' ? reason : ''), { bad: true })
    }
    look.classList.remove('busy')
    validate()
    sendStatus(root, failed ? 'captcha-error' : 'captcha-ready')
  }

  root.replaceChildren(host, ...made)
  // What stands in it from the start is no news to a screen reader.
  setTimeout(() => {
    note.textContent = words[VERDICTS[error] as Word] ?? error
  })
  renew()

  return {
    get present() {
      shown ||= host.isConnected
      return host.isConnected || !shown
    },
    renew() {
      renew()
    },
    refresh() {
      const due = challenge.value && Date.now() - issued > RENEWAL_SHARE * expiry * 1000
      // A computer that has just woken up is offline for a moment.
      if (!due || document.hidden || !navigator.onLine || listen.playing || dial.pressed) return
      renew(words.late)
    },
    retry() {
      if (failed && !look.classList.contains('busy')) renew()
    },
    close() {
      request.abort()
      listen.put()
      release()
    },
  }
}
