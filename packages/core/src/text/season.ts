import type { Font } from '../font.ts'
import type { Look } from '../kind.ts'
import { keyedStream, type Stream } from '../random.ts'
import { DIFFICULTY, type Difficulty, type Range } from './difficulty.ts'
import { type Face, facesIn, facesOf, fonts } from './fonts.ts'

export type Level = keyof typeof DIFFICULTY
/** The levels, the hardest first. */
export const LEVELS = Object.keys(DIFFICULTY) as Level[]

/** The design of pictures of one season: each picture is drawn within these ranges. */
export interface Season {
  parameters: Difficulty
  /**
   * The ways in which a character may be drawn.
   * @throws CaptchaError `bad_code` for a character that no font has
   */
  facesOf(character: string): readonly Face[]
}

/** No season: everything that a level allows. */
export const everySeason: Readonly<Record<Level, Season>> = {
  standard: { parameters: DIFFICULTY.standard, facesOf },
  light: { parameters: DIFFICULTY.light, facesOf },
}

/** Share of the fonts that a season has. */
const FONTS = 0.35
/** The fewest ways to draw a character; where a season's fonts have fewer, all are taken. */
const FACES = 4
/** Share of a range that a season keeps. */
const RANGE_SHARE = 0.4
/** The least that a season leaves of what is drawn to either side. */
const MIN_SIDE_SHARE = 0.6

/** Seasons that are kept ready: those of as many sites and styles. */
const MAX_CACHED_SEASONS = 256
/** Apart for each list of fonts, and gone with it. */
const readyWith = new WeakMap<readonly Font[], Map<string, Season>>()

/** The season of a look. */
export function seasonOf(level: Level, { season: key, fonts: own }: Look): Season {
  let ready = readyWith.get(own)
  if (!ready) {
    ready = new Map()
    readyWith.set(own, ready)
  }
  const name = `${level} ${key}`
  let season = ready.get(name)
  if (!season) {
    season = drawSeason(level, keyedStream(Buffer.from(key, 'hex')), own)
    if (ready.size >= MAX_CACHED_SEASONS) ready.delete(ready.keys().next().value!)
    ready.set(name, season)
  }
  return season
}

/**
 * Draws what a season has of a level's fonts and ranges: a network that learnt one meets other letters in the
 * next.
 */
function drawSeason(level: Level, stream: Stream, own: readonly Font[]): Season {
  const all = DIFFICULTY[level]
  const part = ([low, high]: Range): Range => {
    const from = low + (1 - RANGE_SHARE) * (high - low) * stream.unit()
    return [from, from + RANGE_SHARE * (high - low)]
  }
  const less = (most: number) => most * stream.between(MIN_SIDE_SHARE, 1)
  /** Seldom in one season and mostly in another, and in the long run as often as the level says. */
  const now = (share: number) => (stream.below(2) === 0 ? 0.2 : 1.8) * share
  const kept = new Set([...fonts(), ...own].filter(() => stream.unit() < FONTS))
  const known = new Map<string, readonly Face[]>()
  return {
    parameters: {
      ...all,
      rowSize: part(all.rowSize),
      size: part(all.size),
      width: part(all.width),
      small: now(all.small),
      weight: part(all.weight),
      outlined: now(all.outlined),
      outline: part(all.outline),
      tilt: less(all.tilt),
      slant: less(all.slant),
      bend: less(all.bend),
      taper: less(all.taper),
      wave: part(all.wave),
      lineWeight: part(all.lineWeight),
      patches: now(all.patches),
    },
    facesOf(character) {
      let faces = known.get(character)
      if (!faces) {
        const every = [...facesOf(character), ...facesIn(own, character)]
        const some = every.filter(({ font }) => kept.has(font))
        faces = some.length < FACES ? every : some
        known.set(character, faces)
      }
      return faces
    },
  }
}
