/** How a sound stands; idle is without one. */
export type PlayerState = 'idle' | 'loading' | 'playing' | 'paused' | 'ended'

/** Plays one sound at a time. */
export interface Player {
  readonly state: PlayerState
  /** Whether sounds play slowly, at the same pitch. It holds for the next sounds too. */
  slow: boolean
  /** Plays a sound, or what an address answers. */
  open(sound: Blob | string): void
  /** Pauses; or goes on from where it was, or once more from the start after the end. */
  toggle(): void
  replay(): void
  pause(): void
  /** Lets go of the sound. */
  close(): void
}

/** What a player reports. */
export interface PlayerOptions {
  /** @default an element that is not in the page */
  audio?: HTMLAudioElement
  changed(state: PlayerState): void
  /** How much has been played, from 0 to 1. */
  moved?(share: number): void
  /** The sound cannot be fetched or played. It is let go of. */
  failed(): void
  /** The browser plays nothing before another press. */
  blocked?(): void
}

/** Playing speed that leaves more time to write a character down. */
const SLOW_RATE = 0.75

/** The element that plays, of all players of the page: two codes at a time cannot be understood. */
let active: HTMLAudioElement | undefined

/**
 * A player over one audio element. It follows the element, which media keys and clients of a page control as
 * well.
 */
export function createPlayer({
  audio = new Audio(),
  changed,
  moved,
  failed,
  blocked,
}: PlayerOptions): Player {
  let address = ''
  let slow = false
  let reported: PlayerState = 'idle'

  const now = (): PlayerState => {
    if (!address) return 'idle'
    if (audio.ended) return 'ended'
    if (audio.paused) return 'paused'
    return audio.readyState < audio.HAVE_FUTURE_DATA ? 'loading' : 'playing'
  }
  const report = () => {
    const state = now()
    if (state === reported) return
    reported = state
    changed(state)
  }
  const play = () => {
    if (!address) return
    if (active !== audio) active?.pause()
    active = audio
    // All else that a refusal can mean is an event too.
    audio.play().catch(({ name }) => {
      report()
      if (address && name === 'NotAllowedError') blocked?.()
    })
  }
  const close = () => {
    if (!address) return
    URL.revokeObjectURL(address)
    address = ''
    audio.pause()
    audio.removeAttribute('src')
    audio.load()
    moved?.(0)
    report()
  }

  for (const type of ['play', 'waiting', 'playing', 'pause', 'ended']) audio.addEventListener(type, report)
  audio.addEventListener('timeupdate', () => {
    if (audio.duration > 0) moved?.(audio.currentTime / audio.duration)
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
    get slow() {
      return slow
    },
    set slow(on) {
      slow = on
      // The default too, which is what a new sound starts with.
      audio.defaultPlaybackRate = audio.playbackRate = on ? SLOW_RATE : 1
    },
    open(sound) {
      close()
      address = typeof sound === 'string' ? sound : URL.createObjectURL(sound)
      audio.src = address
      play()
    },
    toggle() {
      if (audio.paused) play()
      else audio.pause()
    },
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
