/** How a sound stands; idle is without one. */
export type PlayerState = 'idle' | 'playing' | 'paused' | 'ended'

/** Plays one sound at a time. */
export interface Player {
  readonly state: PlayerState
  /** Speed, 1 being as recorded; the pitch stays. It holds for the next sounds too. */
  rate: number
  /** Takes a sound and plays it. */
  open(sound: Blob): void
  /** Goes on from where it was, or once more from the start after the end. */
  play(): void
  replay(): void
  pause(): void
  /** Lets go of the sound. */
  close(): void
}

/** What a player reports. */
export interface Listener {
  changed(state: PlayerState): void
  /** How much has been played, from 0 to 1. */
  moved(share: number): void
  /** The browser cannot play the sound, which is let go of. */
  failed(): void
}

/** A player over one Audio element. It follows the element, which media keys can pause as well. */
export function createPlayer({ changed, moved, failed }: Listener): Player {
  const audio = new Audio()
  audio.preservesPitch = true
  let address: string | undefined
  let reported: PlayerState = 'idle'

  const now = (): PlayerState => {
    if (!address) return 'idle'
    if (audio.ended) return 'ended'
    return audio.paused ? 'paused' : 'playing'
  }
  const report = () => {
    const state = now()
    if (state === reported) return
    reported = state
    changed(state)
  }
  const play = () => {
    // A browser that wants a fresh press before it plays leaves the sound paused; the rest are events.
    audio.play().catch(report)
  }
  const close = () => {
    if (!address) return
    URL.revokeObjectURL(address)
    address = undefined
    audio.removeAttribute('src')
    audio.load()
    moved(0)
    report()
  }

  for (const event of ['play', 'pause', 'ended']) audio.addEventListener(event, report)
  audio.addEventListener('timeupdate', () => {
    if (audio.duration > 0) moved(audio.currentTime / audio.duration)
  })
  audio.addEventListener('error', () => {
    if (!address) return
    close()
    failed()
  })
  return {
    get state() {
      return now()
    },
    get rate() {
      return audio.playbackRate
    },
    set rate(rate) {
      // The default too, which is what a new sound starts with.
      audio.defaultPlaybackRate = rate
      audio.playbackRate = rate
    },
    open(sound) {
      close()
      address = URL.createObjectURL(sound)
      audio.src = address
      play()
    },
    play,
    replay() {
      audio.currentTime = 0
      play()
    },
    pause() {
      audio.pause()
    },
    close,
  }
}
