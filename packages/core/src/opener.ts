import { deriveKey } from './keys.ts'
import { CLOCK_SKEW } from './ledger.ts'
import { purposeStreams } from './random.ts'
import { createSeal, parseId } from './seal.ts'
import { type Style, styleNumbered } from './styles.ts'

/** Whose ids are made and opened. */
export interface OpenerOptions {
  secret: string
  previousSecret?: string | undefined
  /** Milliseconds since 1970. */
  now: () => number
  random: (n: number) => Uint8Array
  /** Ids of other kinds make no sense. */
  allowed: readonly Style['kind'][]
}

/** An id that makes sense, with what comes from the secret it was made with. */
export type Opened = NonNullable<ReturnType<ReturnType<typeof createOpener>['open']>>

/** Seconds after which an id is no longer told from a forged one. */
const FORGOTTEN = 48 * 3600

/**
 * Makes ids with a master secret; opens those of that one and of the one before it. @throws CaptchaError
 * `bad_secret`
 */
export function createOpener({ secret, previousSecret, now, random, allowed }: OpenerOptions) {
  const ring = (master: string) => ({
    seal: createSeal(deriveKey(master, 'id', 16), random),
    streams: purposeStreams(deriveKey(master, 'stream', 32)),
    seasons: deriveKey(master, 'season', 32),
  })
  const current = ring(secret)
  const rings = previousSecret ? [current, ring(previousSecret)] : [current]
  const seconds = () => Math.floor(now() / 1000)

  return {
    /** A new id. */
    make: (issued: number, site: number, { number }: Style): Buffer =>
      current.seal.close({ time: issued, site, style: number }),
    /** The content of an id under the secret it was made with, when it makes sense under one. */
    open(text: string) {
      const id = parseId(text)
      if (!id) return undefined
      for (const { seal, streams, seasons } of rings) {
        const { time: issued, site, style: number } = seal.open(id)
        const style = styleNumbered(number)
        const age = seconds() - issued
        // A forged id opens to 16 random bytes: time and style fit once in 2¹⁸, the caller's site once in 2²⁴
        // of those.
        if (style && allowed.includes(style.kind) && age <= FORGOTTEN && age >= -CLOCK_SKEW)
          return { id, streams, seasons, issued, site, style }
      }
      return undefined
    },
  }
}
