import { h } from '../../../widget/src/parts/dom.ts'
import type { Player, PlayerState } from '../../../widget/src/parts/player.ts'
import type { SoundWords } from './sound-words.ts'

/** What the button of a sound does next, by how the sound stands. */
export const actionOf = (state: PlayerState, { pause, resume, again }: SoundWords, listen: string): string =>
  ({ idle: listen, loading: pause, playing: pause, paused: resume, ended: again })[state]

/** The buttons beside that of a sound: once more from its start, and slower. */
export function createSoundButtons(player: Player, className?: string) {
  const make = (act: () => void) => {
    // Inside a form any other type would submit it.
    const button = h('button', { type: 'button', class: className })
    button.onclick = act
    return button
  }
  const replay = make(player.replay)
  const slower = make(() => {
    player.slow = !player.slow
    slower.setAttribute('aria-pressed', String(player.slow))
  })
  slower.setAttribute('aria-pressed', 'false')
  return {
    buttons: [replay, slower],
    /** Names the buttons, and says whether there is a sound to play again. */
    label(words: SoundWords) {
      replay.textContent = words.replay
      slower.textContent = words.slower
      replay.setAttribute('aria-disabled', String(player.state === 'idle'))
    },
  }
}
