import { CLOCK_SKEW_SECONDS } from './clock-skew.ts'
import { createSeal, parseId } from './id.ts'
import { keyRing, type Secrets } from './keys.ts'
import { purposeStreams } from './random.ts'
import { type Style, styleNumbered } from './styles.ts'

/** Whose ids are made and opened. */
export interface OpenerOptions extends Secrets {
  /** Milliseconds since 1970. */
  now: () => number
  random: (n: number) => Uint8Array
  /** Whether ids of a style make sense. */
  allows: (style: Style) => boolean
}

/** An id that makes sense, with what comes from the secret it was made with. */
export type Opened = NonNullable<ReturnType<ReturnType<typeof createOpener>['open']>>

/** Lifetime of ids in seconds: an older one is answered as a forged one. */
const ID_LIFETIME_SECONDS = 48 * 3600

/** The content of a new id. */
export interface Content {
  /** Seconds since 1970. */
  issued: number
  site: number
  style: Style
  /** For styles numbered from 64 on. */
  level?: number | undefined
}

/**
 * Makes ids with the secret that makes, and opens those of every secret that is accepted.
 * @throws CaptchaError `bad_secret`
 */
export function createOpener(options: OpenerOptions) {
  const { now, random, allows } = options
  const [streamKeys, seasonKeys] = [keyRing(options, 'stream', 32), keyRing(options, 'season', 32)]
  const rings = keyRing(options, 'id', 16).map((key, i) => ({
    seal: createSeal(key, random),
    streams: purposeStreams(streamKeys[i]!),
    seasons: seasonKeys[i]!,
  }))
  const seconds = () => Math.floor(now() / 1000)

  return {
    /** A new id. */
    make: ({ issued, site, style, level }: Content): Uint8Array =>
      rings[0]!.seal.close({ time: issued, site, style: style.number, level }),
    /** The content of an id under the secret it was made with, when it makes sense under one. */
    open(text: string) {
      const id = parseId(text)
      if (!id) return undefined
      for (const { seal, streams, seasons } of rings) {
        const { time: issued, site, style: number, level } = seal.open(id)
        const style = styleNumbered(number)
        const age = seconds() - issued
        // A forged id opens to 16 random bytes: time and style fit once in 2¹⁸, the caller's site once in 2²⁴
        // of those.
        if (style && allows(style) && age <= ID_LIFETIME_SECONDS && age >= -CLOCK_SKEW_SECONDS)
          return { id, streams, seasons, issued, site, style, level }
      }
      return undefined
    },
  }
}
