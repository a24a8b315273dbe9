import { CaptchaError, type ErrorCode } from '@upright/core'
import type { PictureState } from '../registry/picture.ts'
import { checkPicture, NO_FACTS } from '../registry/picture-fields.ts'
import type { PictureChange, PictureRegistry } from '../registry/registry.ts'
import { type PreparedPicture, preparePicture } from './codec.ts'
import { near } from './fingerprint.ts'
import { entriesOf, type ImportEntry } from './import-entries.ts'

/** Options of an import, with defaults for fields that entries leave out. */
export interface ImportOptions {
  registry: Pick<PictureRegistry, 'pictures' | 'addPicture'>
  /** @default 'serving' */
  state?: PictureState | undefined
  /** Facts of every picture that does not tell its own. */
  defaults?: Omit<PictureChange, 'name' | 'state' | 'lean' | 'machineEase' | 'subject'> | undefined
  /** Makes a picture ready. @default preparePicture, in this thread */
  prepare?: typeof preparePicture | undefined
  /** Told after each entry how many are done, of how many. */
  onProgress?: ((done: number, total: number) => void) | undefined
}

/** Result of each entry, in their order. */
export interface ImportResult {
  added: { where: string; id: number; name: string }[]
  /** Those that look like a picture that was there, or came before. */
  duplicates: { where: string; like: { id: number; name: string } }[]
  refused: { where: string; code: ErrorCode; why: string }[]
}

/**
 * Pictures that are read at a time: one is decoded while another is encoded. A large one takes 400 MB
 * meanwhile.
 */
const MAX_CONCURRENT_IMPORTS = 2

/**
 * Imports a folder of pictures, a CSV or JSON feed, or one picture. Each entry succeeds or fails by itself.
 * @throws CaptchaError `bad_request` when there is nothing at the path, `bad_picture` when a feed is none,
 * and the registry's own
 */
export async function importPictures(path: string, options: ImportOptions): Promise<ImportResult> {
  return importEntries(await entriesOf(path), options)
}

/**
 * Imports what is found at some places.
 * @throws the registry's own errors, and `unavailable` of `prepare`; what was added before stays
 */
export async function importEntries(
  entries: readonly ImportEntry[],
  { registry, state = 'serving', defaults = {}, prepare = preparePicture, onProgress }: ImportOptions,
): Promise<ImportResult> {
  const common = { ...checkPicture(defaults), state }
  const known = (await registry.pictures()).map(({ id, name, fingerprint }) => ({ id, name, fingerprint }))
  const result: ImportResult = { added: [], duplicates: [], refused: [] }
  const inWork: Promise<Prepared | CaptchaError>[] = []
  let next = 0
  for (const [i, { where }] of entries.entries()) {
    for (; next < Math.min(i + MAX_CONCURRENT_IMPORTS, entries.length); next++)
      inWork[next] = prepareEntry(entries[next]!, common, prepare)
    const prepared = await inWork[i]!
    delete inWork[i]
    if (prepared instanceof CaptchaError) {
      const { code, detail, message } = prepared
      // No fault of the picture: whatever makes them ready has failed.
      if (code === 'unavailable') throw prepared
      result.refused.push({ where, code, why: detail ?? message })
    } else {
      const { facts, fingerprint, mirrored, machineEase, subject, bytes } = prepared
      const like = known.find(
        other => near(other.fingerprint, fingerprint) || near(other.fingerprint, mirrored),
      )
      if (like) result.duplicates.push({ where, like: { id: like.id, name: like.name } })
      else {
        const { id, name } = await registry.addPicture(
          { ...NO_FACTS, ...facts, fingerprint, machineEase, subject },
          bytes,
        )
        known.push({ id, name, fingerprint })
        result.added.push({ where, id, name })
      }
    }
    onProgress?.(i + 1, entries.length)
  }
  return result
}

interface Prepared extends PreparedPicture {
  facts: PictureChange & { name: string }
}

/**
 * An entry made ready for the registry, or why it cannot be. It never rejects for that: the next are prepared
 * while one is added.
 */
async function prepareEntry(
  entry: ImportEntry,
  common: PictureChange,
  prepare: typeof preparePicture,
): Promise<Prepared | CaptchaError> {
  try {
    const { facts, crop, promised, bytes } = await entry.open()
    const { name, ...checked } = checkPicture({ ...common, ...facts })
    if (name === undefined) throw new CaptchaError('bad_request', 'it has no name')
    const prepared = await prepare(bytes, crop)
    if (promised && promised !== prepared.format) {
      throw new CaptchaError('bad_picture', `it is ${prepared.format}, not ${promised} as it says`)
    }
    return { ...prepared, facts: { ...checked, name } }
  } catch (error) {
    if (error instanceof CaptchaError && error.code !== 'internal') return error
    return new CaptchaError('bad_picture', 'it cannot be read', { cause: error })
  }
}
