import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CaptchaError, type Subject } from '@upright/core'
import { PACKAGE_FOLDER } from '../package-folder.ts'
import type { PictureFacts } from '../registry/picture.ts'
import { NO_FACTS } from '../registry/picture-fields.ts'
import type { StarterPicture } from '../registry/registry.ts'

/** Folder of the starter pictures in the package. */
const FOLDER = fileURLToPath(new URL('pictures/', PACKAGE_FOLDER))

/**
 * An entry of `starter.json`. What is seen in the picture may stand there, so that it need not be looked at.
 */
interface Entry extends Partial<PictureFacts> {
  file: string
  name: string
  fingerprint?: string
  machineEase?: number
  subject?: Subject
}

const corrupt = (what: string, cause?: unknown) =>
  new CaptchaError('asset_corrupt', `pictures/${what}`, { cause })

/**
 * The pictures that come with the package, prepared already; none where it has no list of them.
 * @throws CaptchaError `asset_corrupt`, naming the file
 */
export async function readStarter(folder = FOLDER): Promise<StarterPicture[]> {
  let text: string
  try {
    text = await readFile(join(folder, 'starter.json'), 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw corrupt('starter.json cannot be read', cause)
  }
  return Promise.all(entriesIn(text).map(entry => read(folder, entry)))
}

function entriesIn(text: string): Entry[] {
  try {
    const entries = JSON.parse(text) as Entry[]
    if (entries.every(({ file, name }) => /^[\w.-]+$/.test(file) && name)) return entries
  } catch (cause) {
    throw corrupt('starter.json is damaged', cause)
  }
  throw corrupt('starter.json is damaged')
}

async function read(folder: string, { file, ...facts }: Entry): Promise<StarterPicture> {
  try {
    const bytes = await readFile(join(folder, file))
    const { fingerprint, machineEase, subject } = facts
    const isSeen = fingerprint !== undefined && machineEase !== undefined && subject !== undefined
    const seen = isSeen ? { fingerprint, machineEase, subject } : await look(bytes)
    return { file, bytes, picture: { ...NO_FACTS, ...facts, ...seen } }
  } catch (cause) {
    if (cause instanceof CaptchaError) throw corrupt(`${file} is damaged`, cause)
    throw corrupt(`${file} cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause)
  }
}

/** The decoder is loaded only where it is needed. */
async function look(bytes: Buffer) {
  const { describePicture } = await import('./codec.ts')
  const { fingerprint, machineEase, subject } = await describePicture(bytes)
  return { fingerprint, machineEase, subject }
}
