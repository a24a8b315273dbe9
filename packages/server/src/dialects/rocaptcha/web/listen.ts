import { h } from '../../../../../widget/src/parts/dom.ts'
import { createButton } from '../../../../../widget/src/parts/icons.ts'
import { createPlayer } from '../../../../../widget/src/parts/player.ts'
import { createRing } from '../../../../../widget/src/parts/ring.ts'
import { actionOf, createSoundButtons } from '../../../../web/shared/sound-buttons.ts'
import { readNumber } from './number.ts'
import type { Word, Words } from './words.ts'

/** Numbers that may be spoken: 0 … 359. */
const NUMBERS = 360

/** A number to listen to and type. */
export interface Listen {
  /** What plays it, and what it is typed in. */
  elements: HTMLElement[]
  /** What it is typed in. */
  input: HTMLInputElement
  readonly playing: boolean
  /** Takes the sound at an address, or none, and empties the input. */
  put(address?: string): void
  focus(): void
}

/** What its owner does about it. */
export interface ListenOptions {
  say(word: Word): void
  /** Learns what was typed, as text: empty unless it is a number that can be. */
  typed(number: string): void
  /** Runs at Enter. */
  sent(): void
}

export function createListen(words: Words, { say, typed, sent }: ListenOptions): Listen {
  let address: string | undefined
  const ring = createRing()
  const play = createButton('play', () => {
    if (player.state !== 'idle') player.toggle()
    else if (address) player.open(address)
  })
  const playing = () => player.state === 'playing' || player.state === 'loading'
  const show = () => {
    play.show(playing() ? 'pause' : 'listen', actionOf(player.state, words, words.play))
    soundButtons.label(words)
  }
  const player = createPlayer({
    changed(state) {
      show()
      if (state !== 'idle') say(state === 'loading' ? 'soundLoading' : state)
    },
    moved: share => ring.reach(360 * share),
    failed: () => say('failed'),
    blocked: () => say('blocked'),
  })
  const soundButtons = createSoundButtons(player, 'pace')
  const input = h('input', {
    'aria-labelledby': 'title',
    inputmode: 'numeric',
    autocomplete: 'off',
    'aria-describedby': 'help',
  })
  input.oninput = () => {
    const number = readNumber(input.value)
    typed(number !== undefined && number < NUMBERS ? String(number) : '')
  }
  input.onkeydown = event => {
    // Where it stands it belongs to no form, which would send itself otherwise.
    if (event.key === 'Enter' && !event.isComposing) sent()
  }

  return {
    elements: [
      h('div', { class: 'stage' }, ring.element, play.element),
      h('div', { class: 'row' }, ...soundButtons.buttons),
      input,
    ],
    input,
    get playing() {
      return playing()
    },
    put(next) {
      player.close()
      address = next
      input.value = ''
      play.element.setAttribute('aria-disabled', String(!next))
      show()
    },
    focus() {
      play.element.focus()
    },
  }
}
