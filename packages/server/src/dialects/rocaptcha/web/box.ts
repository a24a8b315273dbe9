import type { Dial } from '../../../../../widget/src/parts/dial.ts'
import { h } from '../../../../../widget/src/parts/dom.ts'
import { createButton, icon } from '../../../../../widget/src/parts/icons.ts'
import { onHold } from '../../../../../widget/src/parts/press-and-hold.ts'
import type { Listen } from './listen.ts'
import { createHost } from './shadow-root.ts'
import type { Speech } from './words.ts'

/**
 * Degrees by which a button turns: a site may let as little as 5 pass to either side, and nobody has to drag.
 */
const BUTTON_DEGREES = 10

export interface BoxOptions {
  speech: Speech
  dial: Dial
  listen: Listen
  /** The degrees that the visitor has turned to, or empty. */
  response(): string
  /** Runs when another challenge is asked for. */
  renew(): void
  /** Runs when the visitor would rather listen, or look. */
  other(): void
}

/** The elements of a widget, and what shows in them. */
export function createBox({ speech, dial, listen, response, renew, other }: BoxOptions) {
  const { words, turned } = speech
  const title = h('p', { class: 'title', id: 'title' })
  const note = h('p', { class: 'note', role: 'alert' })
  const status = h('p', { class: 'status', role: 'status' })
  // For who does not see what a button does to the slider, or that another picture has come.
  const aside = h('p', { class: 'aside', role: 'status' })
  const help = h('p', { class: 'help', id: 'help', hidden: true })
  const badge = h('div', { class: 'under' })

  const turner = (name: 'turnLeft' | 'turnRight', by: number) => {
    const { element, show } = createButton(`round ${name}`)
    show(name, turned((by + 360) % 360))
    const tell = () => {
      aside.textContent = response() && turned(Number(response()))
    }
    onHold(element, () => dial.turn(by), tell)
    return element
  }
  // Its buttons are on the side that they turn to in every language, and so are the arrow keys.
  dial.element.dir = 'ltr'
  const look = h(
    'div',
    { class: 'stage empty' },
    icon('paw', 'icon paw'),
    dial.element,
    turner('turnLeft', -BUTTON_DEGREES),
    turner('turnRight', BUTTON_DEGREES),
  )

  const renewal = createButton('wide', renew)
  const otherForm = createButton('wide', other)
  const helper = createButton('round helper', () => {
    help.hidden = !help.hidden
    helper.element.setAttribute('aria-expanded', String(!help.hidden))
  })
  helper.show('help', words.help)
  helper.element.setAttribute('aria-expanded', 'false')

  const host = createHost(
    speech,
    { role: 'group', 'aria-label': words.name },
    title,
    note,
    look,
    badge,
    ...listen.elements,
    h('div', { class: 'row' }, renewal.element, otherForm.element, helper.element),
    help,
    status,
    aside,
  )

  return {
    host,
    note,
    aside,
    badge,
    look,
    say(text: string, { bad = false, aloud = true } = {}) {
      status.setAttribute('aria-live', aloud ? 'polite' : 'off')
      status.classList.toggle('bad', bad)
      status.textContent = text
    },
    /** Shows the disc, or the number. */
    show(listening: boolean) {
      for (const part of [look, badge]) part.hidden = listening
      for (const part of listen.elements) part.hidden = !listening
      title.textContent = listening ? words.type : words.turn
      help.textContent = listening ? words.helpListen : words.helpLook
      renewal.show(listening ? 'again' : 'fresh', listening ? words.newNumber : words.newPicture)
      otherForm.show(listening ? 'look' : 'listen', listening ? words.look : words.listen)
    },
  }
}
