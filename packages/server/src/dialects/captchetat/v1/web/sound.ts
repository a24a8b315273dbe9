import { h } from '../../../../../web/shared/dom.ts'

/** Events of a sound. `blocked`: the browser wants another press before it plays. */
export type SoundEvent = 'soundLoading' | 'playing' | 'stopped' | 'ended' | 'blocked' | 'soundFailed'

export interface SoundOptions {
  /** Of the audio element, by which clients find it. */
  id: string
  /** Where the audio element goes. */
  place: Element
  /** Shows how much was played, while it plays. */
  progress: HTMLProgressElement
  report: (event: SoundEvent) => void
}

/**
 * The sound of one code at a time. It follows media keys, and clients that give the element another address,
 * as well.
 */
export function createSound({ id, place, progress, report }: SoundOptions) {
  let audio: HTMLAudioElement | undefined

  const tell = (event: SoundEvent) => {
    progress.hidden = event !== 'soundLoading' && event !== 'playing'
    if (event === 'soundLoading') progress.removeAttribute('value')
    report(event)
  }

  function drop(): void {
    const old = audio
    audio = undefined
    progress.hidden = true
    old?.remove()
    old?.removeAttribute('src')
    old?.load()
  }

  function open(url: string): HTMLAudioElement {
    drop()
    // It plays by itself too: a client that fetches the sound with its own rights sets `src` when we have
    // begun to play.
    const made = h('audio', { id, autoplay: true, src: url })
    const on = (type: keyof HTMLMediaElementEventMap, act: () => void) =>
      made.addEventListener(type, () => {
        if (audio === made) act()
      })
    for (const type of ['play', 'waiting'] as const) on(type, () => tell('soundLoading'))
    on('playing', () => tell('playing'))
    on('timeupdate', () => {
      if (!progress.hidden && made.duration > 0) progress.value = made.currentTime / made.duration
    })
    on('pause', () => tell(made.ended ? 'ended' : 'stopped'))
    on('error', () => {
      drop()
      tell('soundFailed')
    })
    place.append(made)
    return made
  }

  return {
    get playing() {
      return !!audio && !audio.paused
    },
    /** Plays from the start, or stops. The sound at the address is fetched when there is none yet. */
    toggle(url: string) {
      if (audio && !audio.paused) return audio.pause()
      audio ??= open(url)
      const current = audio
      if (current.currentTime > 0) current.currentTime = 0
      // All else that a refusal can mean is an event too.
      current.play().catch(({ name }) => {
        if (audio === current && name === 'NotAllowedError') tell('blocked')
      })
    },
    /** Lets go of the sound, without a report. */
    drop,
  }
}
