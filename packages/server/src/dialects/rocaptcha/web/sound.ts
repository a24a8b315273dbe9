/** Events of a sound that the visitor is told. */
export type SoundEvent = 'loading' | 'failed'

/** What plays on the page: two numbers at a time are none. */
let heard: HTMLAudioElement | undefined

/** Callbacks of a sound. */
export interface SoundOptions {
  /** It plays or no longer does, or there is something to say of it. */
  report(event?: SoundEvent): void
  /** How much was played, 0 … 1. */
  moved(share: number): void
}

/** The sound of one challenge at a time, fetched when it is first asked for. */
export function createSound({ report, moved }: SoundOptions) {
  let audio: HTMLAudioElement | undefined

  const open = (address: string) => {
    const made = new Audio(address)
    const on = (types: string, act: () => void) => {
      for (const type of types.split(' ')) {
        made.addEventListener(type, () => {
          if (audio === made) act()
        })
      }
    }
    on('play waiting', () => report('loading'))
    on('playing pause', report)
    on('error', () => {
      // Another press is another try.
      audio = undefined
      report('failed')
    })
    on('timeupdate', () => moved(made.currentTime / made.duration || 0))
    return made
  }

  return {
    get playing() {
      return !!audio && !audio.paused
    },
    /** Plays from the start, or stops. */
    toggle(address: string) {
      if (audio && !audio.paused) return audio.pause()
      audio ??= open(address)
      if (heard !== audio) heard?.pause()
      heard = audio
      if (audio.currentTime > 0) audio.currentTime = 0
      // Whatever a refusal can mean is an event too.
      audio.play().catch(() => {})
    },
    /** Lets go of the sound, without a report. */
    drop() {
      const old = audio
      audio = undefined
      old?.pause()
      old?.removeAttribute('src')
      old?.load()
      moved(0)
    },
  }
}
