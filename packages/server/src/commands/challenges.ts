import { createHash, randomBytes } from 'node:crypto'
import { type Captcha, createCaptcha, type Font, keyedStream, memoryLedger, SEASON } from '@upright/core'
import { readConfig } from '../config.ts'
import { ownFonts } from '../fonts/own.ts'
import { openRegistry } from '../open.ts'
import { readStarter } from '../pictures/import-starter.ts'
import type { PictureEntry } from '../registry/picture.ts'
import { NO_FACTS } from '../registry/picture-fields.ts'
import type { Registry } from '../registry/registry.ts'
import { wholeFlag } from './arguments.ts'
import { hasRegistry, withRegistry } from './registry.ts'

/**
 * The moment at which seeded challenges are issued, in milliseconds since 1970: any will do, if it is always
 * the same.
 */
const SEEDED_TIME = 1_800_000_000_000

/** Sources of challenges. */
export interface Source {
  /** Text that everything is drawn from: the same seed, the same challenges. @default random */
  seed?: string | undefined
  /** A master secret. @default one drawn from the seed */
  secret?: string | undefined
  /** How many seasons later than otherwise they are issued, 0 … 1000, as text. @default 0 */
  season?: string | undefined
  /** Fonts of a data folder. @default none */
  fonts?: readonly Font[] | undefined
}

/** A captcha for challenges that no service issued. @throws CaptchaError `usage` for a season that is none */
export function captchaFor({ seed, secret: given, season, fonts }: Source): Captcha {
  const random = seed === undefined ? randomBytes : seeded(seed)
  const secret = given ?? random(32).toString('hex')
  const later = (wholeFlag('season', season, 0, 1000) ?? 0) * SEASON * 1000
  const now = () => (seed === undefined ? Date.now() : SEEDED_TIME) + later
  return createCaptcha({ secret, ledger: memoryLedger(now), now, random, fonts })
}

/** Bytes that depend on a seed alone. Never for a service: the seed gives them all. */
function seeded(seed: string): (n: number) => Buffer {
  const stream = keyedStream(createHash('sha256').update(`upright render ${seed}`).digest())
  return n => Buffer.from(Array.from({ length: n }, () => stream.below(256)))
}

/**
 * The fonts that were added to a data folder; none without one, and where it has no registry yet.
 * @throws CaptchaError `database_corrupt`
 */
export async function openFonts(data: string | undefined): Promise<readonly Font[]> {
  if (data === undefined || !hasRegistry(readConfig(data))) return []
  return ownFonts(await withRegistry(data, registry => registry.fonts()))
}

/** Pictures that discs are made of. */
export type Library = Pick<Registry, 'pictures' | 'pictureBytes' | 'close'>

/** The pictures of a data folder, or without one those that come with the package. */
export const openLibrary = (data: string | undefined): Promise<Library> =>
  data === undefined ? starterLibrary() : openRegistry(readConfig(data))

/** The pictures that come with the package, as a registry would have them. */
async function starterLibrary(): Promise<Library> {
  const starter = await readStarter()
  const entries = starter.map(({ picture }, i) => ({
    ...NO_FACTS,
    state: 'serving' as const,
    lean: 0,
    machineEase: 0,
    subject: null,
    weight: 1,
    doubted: 0,
    created: 0,
    ...picture,
    id: i + 1,
  })) as PictureEntry[]
  return {
    pictures: async () => entries,
    pictureBytes: async id => starter[id - 1]?.bytes as Buffer | undefined,
    close: async () => {},
  }
}
