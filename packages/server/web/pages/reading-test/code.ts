import { h } from '../../../../widget/src/parts/dom.ts'
import { createPlayer } from '../../../../widget/src/parts/player.ts'
import { readChallenge } from './client.ts'

/** A code to look at, at the size it is served in. */
export function createPicture() {
  const image = h('img', {})
  return {
    element: h('div', { class: 'picture' }, image),
    describe(alt: string) {
      image.alt = alt
    },
    /** Resolves when the picture of a challenge is on show. */
    async put(n: number) {
      image.src = `/challenges/${n}`
      await image.decode()
    },
  }
}

/** What a sound to type asks of its owner. */
interface SoundOptions {
  /** What its button says, while the sound plays and while it does not. */
  label(playing: boolean): string
  failed(): void
}

/** A code to listen to: it plays when it comes, and again at a button's press. */
export function createSound({ label, failed }: SoundOptions) {
  const button = h('button', { type: 'button' })
  const heard = h('progress', { max: 1, value: 0, 'aria-hidden': 'true' })
  const describe = () => {
    button.textContent = label(player.state === 'playing')
  }
  const player = createPlayer({
    changed: describe,
    moved(share) {
      heard.value = share
    },
    failed,
  })
  button.addEventListener('click', player.toggle)
  return {
    element: h('div', { class: 'sound' }, button, heard),
    describe,
    /** Plays, or pauses. */
    toggle: player.toggle,
    /** Resolves when the sound of a challenge begins. */
    async put(n: number) {
      player.close()
      player.open(await readChallenge(n))
    },
    /** Stops what plays. */
    close: player.close,
  }
}
