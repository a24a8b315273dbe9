import { h } from '../../../../../widget/src/parts/dom.ts'
import { wordsOf } from './words.ts'

/** A dialog, closed at first. */
export interface Dialog {
  element: HTMLDialogElement
  isOpen(): boolean
  open(): void
  close(): void
}

/**
 * A modal dialog around some content. The browser keeps the focus in it, gives it back when it closes, and
 * closes it at Escape; `dismissed` runs when the visitor closed it.
 */
export function createDialog(content: Element[], lang: string, dismissed: () => void): Dialog {
  const { name, close } = wordsOf(lang)
  const button = h('button', { type: 'button' }, close)
  const element = h('dialog', { 'aria-label': name }, ...content, button)
  let isOurs = false
  button.onclick = () => element.close()
  element.onclose = () => {
    if (!isOurs) dismissed()
    isOurs = false
  }
  return {
    element,
    isOpen: () => element.open,
    open() {
      if (!element.open && element.isConnected) element.showModal()
    },
    close() {
      isOurs = element.open
      element.close()
    },
  }
}
