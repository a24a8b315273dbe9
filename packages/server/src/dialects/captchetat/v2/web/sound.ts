/** Events of a sound. `blocked`: the browser wants another press before it plays. */
export type SoundEvent = 'soundLoading' | 'playing' | 'stopped' | 'ended' | 'blocked' | 'soundFailed'

/** What plays in whichever captcha of the page: two codes at a time are none. */
let heard: HTMLAudioElement | undefined

/** The sound of one picture at a time, fetched when it is first asked for. It follows media keys as well. */
export function createSound(report: (event: SoundEvent) => void) {
  let audio: HTMLAudioElement | undefined

  const open = (url: string) => {
    const made = new Audio()
    const on = (type: keyof HTMLMediaElementEventMap, event: () => SoundEvent) =>
      made.addEventListener(type, () => {
        if (audio === made) report(event())
      })
    on('play', () => 'soundLoading')
    on('waiting', () => 'soundLoading')
    on('playing', () => 'playing')
    on('pause', () => (made.ended ? 'ended' : 'stopped'))
    on('error', () => 'soundFailed')
    // The picture was fetched under the same rules: the same server gives the sound, and learns where the
    // page is from.
    made.crossOrigin = 'anonymous'
    made.src = url
    return made
  }

  return {
    get playing() {
      return !!audio && !audio.paused
    },
    /** Plays from the start, or stops. */
    toggle(url: string) {
      if (audio && !audio.paused) return audio.pause()
      audio ??= open(url)
      const current = audio
      if (heard !== current) heard?.pause()
      heard = current
      if (current.currentTime > 0) current.currentTime = 0
      // All else that a refusal can mean is an event too.
      current.play().catch(({ name }) => {
        if (audio === current && name === 'NotAllowedError') report('blocked')
      })
    },
    /** Lets go of the sound, without a report. */
    drop() {
      const old = audio
      audio = undefined
      old?.pause()
      old?.removeAttribute('src')
      old?.load()
    },
  }
}
