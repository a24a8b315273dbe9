/**
 * The page of `upright reading-test`: one challenge at a time, and at the end what was read and what was not.
 */

import { byId } from '../../../../widget/src/parts/dom.ts'
import type { Standing } from '../../../src/reading-test/wire.ts'
import { speak, type Values } from '../../shared/language.ts'
import { readStanding, sendAnswer, Trouble } from './client.ts'
import { createPicture, createSound } from './code.ts'
import { createDisc } from './disc.ts'
import { summary } from './summary.ts'
import { type Word, words } from './words.ts'

const form = byId<HTMLFormElement>('test')
const input = byId<HTMLInputElement>('typed')
const trouble = byId('trouble')
const progress = byId<HTMLProgressElement>('progress')

/** What is shown, whatever it is. */
interface Stage {
  element: HTMLElement
  /** Takes a challenge. Rejects when it cannot be had. */
  put(n: number): Promise<void>
  /** What the person answers, or undefined while there is nothing. */
  answer(): string | undefined
  focus(): void
  translate(): void
  close?(): void
}

let standing: Standing | undefined
let stage: Stage | undefined
let message: { word: Word; values: Values } | undefined
/** Whether an answer is on its way, or the next challenge. */
let busy = false

const voice = speak(words, 'pageTitle', translate)

function tell(word?: Word, values: Values = {}): void {
  message = word && { word, values }
  trouble.hidden = !word
  trouble.textContent = word ? voice.say(word, values) : ''
}

const written = {
  answer: () => input.value.trim() || undefined,
  focus: () => input.focus(),
}

function pictureStage(): Stage {
  const { element, describe, put } = createPicture()
  return { ...written, element, put, translate: () => describe(voice.say('alt')) }
}

function soundStage(): Stage {
  const { element, describe, put, toggle, close } = createSound({
    label: playing => voice.say(playing ? 'pause' : 'play'),
    failed: () => tell('soundFailed'),
  })
  // No code holds a space: it is the one key that hands on the field can do without.
  input.addEventListener('keydown', event => {
    if (event.key !== ' ') return
    event.preventDefault()
    toggle()
  })
  return { ...written, element, put, translate: describe, close }
}

function discStage(): Stage {
  let language = voice.language
  let disc = createDisc(language)
  let current = 0
  return {
    get element() {
      return disc.element
    },
    put(n) {
      current = n
      return disc.put(`/challenges/${n}`)
    },
    answer: () => disc.turned,
    focus: () => disc.focus(),
    translate() {
      if (language === voice.language) return
      language = voice.language
      const before = disc.element
      disc = createDisc(language)
      before.replaceWith(disc.element)
      if (current) disc.put(`/challenges/${current}`)
    },
  }
}

/** The word of a name for what is shown. */
const wordFor = (name: 'lead' | 'skip', { kind, form }: Standing): Word =>
  `${name}_${kind === 'rotate' ? kind : form}`

function translate(): void {
  if (message) tell(message.word, message.values)
  if (!standing) return
  const { style, count, next, form, kind, digits, end } = standing
  byId('lead').textContent = voice.say(wordFor('lead', standing), { count, style })
  byId('begin').textContent = voice.say(next > 1 ? 'resume' : 'begin', { next })
  byId('place').textContent = voice.say('place', { next, count })
  byId('next').textContent = voice.say('next')
  byId('skip').textContent = `${voice.say(wordFor('skip', standing))} (Esc)`
  if (kind !== 'rotate') {
    byId('label').textContent = voice.say(`label_${form}`)
    byId('hint').textContent = voice.say(`${digits ? 'digits' : 'characters'}_${form}`)
  }
  stage?.translate()
  if (end) byId('end').replaceChildren(...summary(end, voice))
}

/** Shows one part of the page alone. */
function view(part: 'start' | 'test' | 'end'): void {
  for (const id of ['start', 'test', 'end'] as const) byId(id).hidden = id !== part
}

/** Goes where a standing leads: to its challenge, or to the end. */
async function go(to: Standing, word?: Word): Promise<void> {
  standing = to
  tell(word)
  if (to.end) {
    stage?.close?.()
    translate()
    view('end')
    byId('end').focus()
    return
  }
  progress.max = to.count
  progress.value = to.next - 1
  input.value = ''
  translate()
  view('test')
  stage!.focus()
  try {
    await stage!.put(to.next)
  } catch (error) {
    // Another window may have answered it in the meantime.
    const now = await readStanding()
    if (now.next === to.next) throw error instanceof Trouble ? error : new Trouble(500)
    return go(now, 'elsewhere')
  }
}

/** Runs one thing at a time, and says what came in between. */
async function attempt(act: () => Promise<void>): Promise<void> {
  if (busy) return
  busy = true
  form.ariaBusy = 'true'
  try {
    await act()
  } catch (error) {
    if (error instanceof Trouble && error.status === 0) tell('offline')
    else tell('failed', { status: error instanceof Trouble ? error.status : 500 })
  } finally {
    busy = false
    form.ariaBusy = null
  }
}

const answer = (typed: string | null) =>
  attempt(async () => {
    const { taken, ...now } = await sendAnswer(standing!.next, typed)
    await go(now, taken ? undefined : 'elsewhere')
  })

form.addEventListener('submit', event => {
  event.preventDefault()
  const typed = stage?.answer()
  if (typed !== undefined) answer(typed)
  else {
    tell(standing?.kind === 'rotate' ? 'turnFirst' : 'empty')
    stage?.focus()
  }
})
byId('skip').addEventListener('click', () => answer(null))
document.addEventListener('keydown', event => {
  // A key that is held must not run through the rest.
  if (event.key === 'Escape' && !form.hidden && !event.isComposing && !event.repeat) answer(null)
})
form.addEventListener('keydown', event => {
  // A disc is no field that sends the form; its buttons keep Enter for themselves.
  const [from] = event.composedPath()
  if (event.key === 'Enter' && from instanceof Element && from.role === 'slider' && !event.repeat)
    form.requestSubmit()
})
byId('begin').addEventListener('click', () => attempt(() => go(standing!)))

attempt(async () => {
  standing = await readStanding()
  const { kind, form, digits, end } = standing
  if (end) return go(standing)
  stage = kind === 'rotate' ? discStage() : form === 'sound' ? soundStage() : pictureStage()
  byId('stage').append(stage.element)
  byId('typing').hidden = kind === 'rotate'
  input.inputMode = digits ? 'numeric' : 'text'
  translate()
  view('start')
  byId('begin').focus()
})
