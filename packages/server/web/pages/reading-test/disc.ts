import { createDial } from '../../../../widget/src/parts/dial.ts'
import { h } from '../../../../widget/src/parts/dom.ts'
import { createButton } from '../../../../widget/src/parts/icons.ts'
import { onHold } from '../../../../widget/src/parts/press-and-hold.ts'
import { createHost } from '../../../src/dialects/rocaptcha/web/shadow-root.ts'
import { speechFor } from '../../../src/dialects/rocaptcha/web/words.ts'
import type { Language } from '../../shared/language.ts'

/** Degrees by which a button turns. */
const STEP_DEGREES = 5

/** A disc to turn, with the look and the handling that visitors know from the widget. */
export interface Disc {
  element: HTMLElement
  /** Degrees it was turned by, or undefined before anybody touched it. */
  readonly turned: string | undefined
  /** Takes the next picture. */
  put(address: string): Promise<void>
  focus(): void
}

/** A disc in a language. */
export function createDisc(language: Language): Disc {
  const speech = speechFor(language)
  const { words, turned: spoken } = speech
  let turned: string | undefined
  const aside = h('p', { class: 'aside', role: 'status' })
  const dial = createDial({
    spoken,
    turned(degrees) {
      turned = String(degrees)
    },
  })
  const turner = (name: 'turnLeft' | 'turnRight', by: number) => {
    const { element, show } = createButton(`round ${name}`)
    show(name, spoken((by + 360) % 360))
    const tell = () => {
      aside.textContent = turned === undefined ? '' : spoken(Number(turned))
    }
    onHold(element, () => dial.turn(by), tell)
    return element
  }
  const stage = h(
    'div',
    { class: 'stage' },
    dial.element,
    turner('turnLeft', -STEP_DEGREES),
    turner('turnRight', STEP_DEGREES),
  )
  const element = createHost(
    speech,
    { role: 'group', 'aria-label': words.name },
    h('p', { class: 'title', id: 'title' }, words.turn),
    stage,
    h('p', { class: 'help', id: 'help' }, words.helpLook),
    aside,
  )
  return {
    element,
    get turned() {
      return turned
    },
    async put(address) {
      dial.enable(false)
      await dial.put(address)
      turned = undefined
      aside.textContent = ''
      dial.enable(true)
    },
    focus: () => dial.element.focus(),
  }
}
