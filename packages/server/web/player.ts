/** Plays one sound at a time. */
export interface Player {
  readonly playing: boolean
  /** Resolves when the sound has ended or was stopped; rejects when the browser cannot play it. */
  play(sound: Blob): Promise<void>
  stop(): void
}

/** A player over an Audio element; `changed` runs whenever playing starts or ends. */
export function createPlayer(changed: (playing: boolean) => void): Player {
  let stopCurrent: (() => void) | undefined
  return {
    get playing() {
      return stopCurrent !== undefined
    },
    play(sound) {
      stopCurrent?.()
      const address = URL.createObjectURL(sound)
      const audio = new Audio(address)
      return new Promise<void>((resolve, reject) => {
        const finish = (error?: unknown) => {
          if (stopCurrent !== stop) return
          stopCurrent = undefined
          audio.pause()
          URL.revokeObjectURL(address)
          changed(false)
          if (error) reject(error)
          else resolve()
        }
        const stop = () => finish()
        stopCurrent = stop
        changed(true)
        audio.addEventListener('ended', stop)
        audio.addEventListener('error', () => finish(audio.error ?? new Error('unplayable')))
        audio.play().catch(finish)
      })
    },
    stop() {
      stopCurrent?.()
    },
  }
}
