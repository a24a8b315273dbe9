import { h } from '../../../../../../widget/src/parts/dom.ts'
import { createPlayer } from '../../../../../../widget/src/parts/player.ts'
import { actionOf, createSoundButtons } from '../../../../../web/shared/sound-buttons.ts'
import { createControl } from './control.ts'
import { createFoot } from './foot.ts'
import type { Markup } from './markup.ts'
import type { Words } from './words.ts'

export interface ControlsOptions {
  root: HTMLElement
  markup: Markup
  text: Words
  /** The address of an icon. */
  icon(name: string): string
  /** Runs when the link for another code is pressed. */
  reload(): void
  /** Runs when the link for the sound is pressed. */
  listen(): void
}

/** What a visitor presses, hears and reads beside the picture. */
export function createControls({ root, markup, text, icon, reload, listen }: ControlsOptions) {
  const { style, part, soundLink } = markup
  const reloadLink = createControl(part('ReloadLink'), icon('reload-disabled-icon'), reload)
  const listenLink = createControl(soundLink, icon('sound-disabled-icon'), listen)
  // It plays by itself too: a client that fetches the sound with its own rights sets `src` when we have begun
  // to play.
  const audio = h('audio', { id: `BDC_CaptchaSoundAudio_${style}`, autoplay: true })
  const place = part('Placeholder') ?? root

  const player = createPlayer({
    audio,
    changed(state) {
      show()
      const loading = state === 'loading'
      progress.hidden = !loading && state !== 'playing'
      if (loading) progress.removeAttribute('value')
      if (state === 'idle') audio.remove()
      else say(loading ? 'soundLoading' : state)
    },
    moved(share) {
      if (!progress.hidden) progress.value = share
    },
    failed: () => say('soundFailed'),
    blocked: () => say('blocked'),
  })
  const soundButtons = createSoundButtons(player)
  const { progress, sound, say } = createFoot(root, text, soundButtons.buttons)

  function show(): void {
    const { state } = player
    soundLink?.classList.toggle('BDC_Playing', state === 'playing' || state === 'loading')
    listenLink.label(actionOf(state, text, text.listen))
    soundButtons.label(text)
    // Somebody who listened once will again: the buttons stay, and nothing moves with each code.
    if (state !== 'idle') sound.hidden = false
  }
  reloadLink.label(text.reload)
  show()

  return {
    say,
    /** Whether the visitor is listening. */
    get listening() {
      return player.state === 'playing' || player.state === 'loading'
    },
    enable(on: boolean) {
      reloadLink.enable(on)
      listenLink.enable(on)
    },
    /** Plays or pauses; the sound at the address is fetched when there is none yet. */
    toggle(url: string) {
      if (player.state !== 'idle') return player.toggle()
      place.append(audio)
      player.open(url)
    },
    /** Lets go of the sound. */
    drop: player.close,
  }
}
