import { h } from '../../../../../web/shared/dom.ts'
import type { Word } from './words.ts'

/** The line beneath the picture, which says what goes on; and how much of a sound was played. */
export function createFoot(root: HTMLElement, text: Record<Word, string>) {
  // Not for screen readers: some beep with it, over the code.
  const progress = h('progress', { 'aria-hidden': 'true', hidden: true })
  const status = h('div', { role: 'status' })
  // A page that was copied with its markup brings a foot that nobody stands on.
  root.querySelector('.BDC_Foot')?.remove()
  root.append(h('div', { class: 'BDC_Foot' }, progress, status))
  return {
    progress,
    say(word: Word) {
      // That the code plays can be heard: a screen reader that said so would talk over it.
      status.setAttribute('aria-live', word === 'soundLoading' || word === 'playing' ? 'off' : 'polite')
      status.classList.toggle('BDC_Error', word === 'failed' || word === 'soundFailed')
      status.textContent = text[word]
    },
  }
}
