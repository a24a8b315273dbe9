import { h } from '../../../../web/shared/dom.ts'
import { createButton } from './icons.ts'
import { readNumber } from './number.ts'
import { createRing } from './ring.ts'
import { createSound, type SoundEvent } from './sound.ts'
import type { Words } from './words.ts'

/** The first number that is never asked for. */
const NUMBER_LIMIT = 360

/** A number to listen to and type. */
export interface Listen {
  /** What plays it, and what it is typed in. */
  elements: HTMLElement[]
  readonly playing: boolean
  /** Takes the sound at an address, or none, and empties the input. */
  put(address?: string): void
  focus(): void
}

/** Callbacks. */
export interface ListenOptions {
  report(event: SoundEvent | undefined): void
  /** Learns what was typed, as text: empty unless it is a number that can be. */
  typed(number: string): void
  /** Runs at Enter. */
  sent(): void
}

export function createListen(words: Words, { report, typed, sent }: ListenOptions): Listen {
  let address: string | undefined
  const ring = createRing()
  const play = createButton('play', () => {
    if (address) sound.toggle(address)
  })
  const show = () => {
    if (sound.playing) play.show('stop', words.stop)
    else play.show('listen', words.play)
  }
  const sound = createSound({
    report(event) {
      show()
      report(event)
    },
    moved: share => ring.reach(360 * share),
  })
  const input = h('input', {
    'aria-labelledby': 'title',
    inputmode: 'numeric',
    autocomplete: 'off',
    'aria-describedby': 'help',
  })
  input.oninput = () => {
    const number = readNumber(input.value)
    typed(number !== undefined && number < NUMBER_LIMIT ? String(number) : '')
  }
  input.onkeydown = event => {
    // Where it stands it belongs to no form, which would send itself otherwise.
    if (event.key === 'Enter' && !event.isComposing) sent()
  }

  return {
    elements: [h('div', { class: 'stage' }, ring.element, play.element), input],
    get playing() {
      return sound.playing
    },
    put(next) {
      sound.drop()
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
