/** What a visitor answers a kind with: a code to read, a code to hear, a disc to turn. */
import { createDial } from '../parts/dial.ts'
import { h } from '../parts/dom.ts'
import { createButton, type Shape } from '../parts/icons.ts'
import { createPlayer, type PlayerState } from '../parts/player.ts'
import { onHold } from '../parts/press-and-hold.ts'
import { degreesIn } from './languages.ts'
import type { CreatePanel, Panel, PanelOptions } from './panel.ts'

/** Degrees by which a button beside a disc turns it with each press. */
const BUTTON_DEGREES = 5

/** What pauses a sound and goes on: it types nothing, so that it works in the field as well. */
const PLAY_KEYS = 'Shift+Enter'
/** What plays a sound from its start, and slower, while the focus is on the buttons of the sound. */
const [REPLAY_KEY, SLOWER_KEY] = ['Home', '-']

/** A button with a text. */
const button = (text: string, act: () => void, part = 'button') => {
  const made = h('button', { type: 'button', part }, text)
  made.onclick = act
  return made
}

/** What a code is typed in, with its label and the buttons beside it. */
function typing({ words, respond }: PanelOptions, label: string, inputmode: string) {
  const input = h('input', {
    id: 'response',
    part: 'input',
    inputmode,
    autocomplete: 'off',
    autocapitalize: 'characters',
    spellcheck: 'false',
    // A code is written from left to right in every language.
    dir: 'ltr',
  })
  const answer = () => {
    if (input.value.trim() === '') input.focus()
    else respond(input.value)
  }
  input.onkeydown = event => {
    if (event.key !== 'Enter' || event.isComposing || event.defaultPrevented) return
    // It would send the form around the element.
    event.preventDefault()
    answer()
  }
  return {
    input,
    elements: [
      h('label', { for: 'response' }, label),
      h('div', { class: 'row' }, input, button(words.check, answer, 'button check')),
    ],
  }
}

function reading(options: PanelOptions): Panel {
  const { words, address, renew, say } = options
  const image = h('img', { class: 'code', part: 'picture', alt: words.picture, width: 200, height: 70 })
  image.srcset = `${address()} 1x, ${address(2)} 2x`
  image.onerror = () => say(words.notLoaded)
  const { input, elements } = typing(options, words.readCode, 'text')
  return {
    element: h(
      'div',
      { class: 'panel' },
      h('div', { class: 'row' }, image, button(words.another, renew)),
      ...elements,
    ),
    focus: () => input.focus(),
    close() {},
  }
}

function hearing(options: PanelOptions): Panel {
  const { words, language, spoken, address, renew, say } = options
  const names: Record<PlayerState, string> = {
    idle: words.listen,
    loading: words.pause,
    playing: words.pause,
    paused: words.resume,
    ended: words.listen,
  }
  const said: Record<PlayerState, string> = {
    idle: '',
    loading: words.loading,
    playing: words.playing,
    paused: words.paused,
    ended: words.ended,
  }
  /** Plays from what there is, which is nothing at first. */
  const orOpen = (act: () => void) => () => (player.state === 'idle' ? player.open(address()) : act())
  const toggle = orOpen(() => player.toggle())
  const fromStart = orOpen(() => player.replay())
  const slowDown = () => {
    player.slow = !player.slow
    slower.setAttribute('aria-pressed', String(player.slow))
  }
  const play = createButton('play', toggle)
  const replay = button(words.replay, fromStart)
  const slower = button(words.slower, slowDown)
  slower.setAttribute('aria-pressed', 'false')
  const show = () => {
    const isPlaying = player.state === 'playing' || player.state === 'loading'
    play.show(isPlaying ? 'pause' : 'listen', names[player.state])
  }
  const player = createPlayer({
    changed(state) {
      show()
      if (said[state]) say(said[state])
      if (state === 'ended' && play.element.matches(':focus')) input.focus()
    },
    failed: () => say(words.notLoaded),
    blocked: () => say(words.blocked),
  })
  const { input, elements } = typing(options, words.hearCode, 'numeric')
  // A service that is newer than this script may have other voices.
  const heard: string | undefined = words.languages[spoken]
  const sound = h(
    'div',
    { class: 'row', role: 'group', 'aria-label': words.speech },
    play.element,
    replay,
    slower,
  )
  const keys = h('p', { id: 'keys', class: 'keys' })
  for (const [element, key, does] of [
    [play.element, PLAY_KEYS, words.pause],
    [replay, REPLAY_KEY, words.replay],
    [slower, SLOWER_KEY, words.slower],
  ] as const) {
    element.setAttribute('aria-keyshortcuts', key)
    keys.append(h('span', {}, h('kbd', { dir: 'ltr' }, key), `: ${does}`), ' ')
  }
  // The button has the focus first: what describes it is said at once.
  play.element.setAttribute('aria-describedby', 'spoken keys')
  const element = h(
    'div',
    { class: 'panel' },
    sound,
    keys,
    spoken !== language && h('p', { id: 'spoken' }, words.heardIn.replace('{language}', heard ?? spoken)),
    ...elements,
    h('div', { class: 'row' }, button(words.another, renew)),
  )
  const onKey = (event: KeyboardEvent) => {
    const { key, shiftKey, target } = event
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
    const isOnSound = sound.contains(target as Node)
    if (key === 'Enter' && shiftKey && (isOnSound || target === input)) toggle()
    else if (isOnSound && key === REPLAY_KEY) fromStart()
    else if (isOnSound && key === SLOWER_KEY) slowDown()
    else return
    event.preventDefault()
  }
  // Before the field, to which Enter is an answer.
  element.addEventListener('keydown', onKey, { capture: true })
  show()
  return {
    element,
    focus: () => play.element.focus(),
    close: () => player.close(),
  }
}

function turning({ words, language, address, respond, renew, say }: PanelOptions): Panel {
  let turned: number | undefined
  const spokenTurn = (degrees: number) => degreesIn(language, words, degrees)
  const dial = createDial({
    spoken: spokenTurn,
    turned(degrees) {
      turned = degrees
      check.setAttribute('aria-disabled', 'false')
    },
  })
  const answer = () => {
    if (turned === undefined) dial.element.focus()
    else respond(String(turned))
  }
  const check = button(words.check, answer, 'button check')
  check.setAttribute('aria-disabled', 'true')
  const side = (shape: Shape, name: string, by: number) => {
    const { element, show } = createButton('round')
    show(shape, name)
    // For those who do not see what a button does to the slider.
    const tell = () => turned !== undefined && say(spokenTurn(turned))
    onHold(element, () => dial.turn(by), tell)
    return element
  }
  dial.element.addEventListener('keydown', event => {
    if (event.key === 'Enter' && turned !== undefined) answer()
  })
  dial.put(address()).then(
    () => dial.enable(true),
    () => say(words.notLoaded),
  )
  return {
    element: h(
      'div',
      { class: 'panel turn' },
      h('span', { id: 'title' }, words.turnDisc),
      h('span', { id: 'help', class: 'help' }, words.turnHelp),
      h(
        'div',
        { class: 'row disc' },
        side('turnLeft', words.turnBack, -BUTTON_DEGREES),
        dial.element,
        side('turnRight', words.turnOn, BUTTON_DEGREES),
      ),
      h('div', { class: 'row' }, check, button(words.another, renew)),
    ),
    focus: () => dial.element.focus(),
    close() {},
  }
}

const PANELS = { text: reading, speech: hearing, rotate: turning }

export const createPanel: CreatePanel = options => PANELS[options.kind](options)
