import { h } from '../../../../../../widget/src/parts/dom.ts'
import type { Word, Words } from './words.ts'

/**
 * What is beneath the picture: how much of a sound was played, its buttons, and a line that says what goes
 * on.
 */
export function createFoot(root: HTMLElement, text: Words, buttons: HTMLElement[]) {
  // Not for screen readers: some beep with it, over the code.
  const progress = h('progress', { 'aria-hidden': 'true', hidden: true })
  // In a direction of its own: the page's may be another one than the text's.
  const said = h('bdi')
  const status = h('div', { role: 'status' }, said)
  const sound = h('div', { class: 'BDC_SoundButtons', hidden: true }, ...buttons)
  // The server's own foot, for pages without this script; or that of a page that was copied with its markup.
  root.querySelector('.BDC_Foot')?.remove()
  root.append(h('div', { class: 'BDC_Foot' }, progress, sound, status))
  return {
    progress,
    sound,
    say(word: Word) {
      // That the code plays can be heard: a screen reader that said so would talk over it.
      status.setAttribute('aria-live', word === 'soundLoading' || word === 'playing' ? 'off' : 'polite')
      status.classList.toggle('BDC_Error', word === 'failed' || word === 'soundFailed')
      said.textContent = text[word]
    },
  }
}
