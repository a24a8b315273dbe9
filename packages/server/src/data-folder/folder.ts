import { randomBytes } from 'node:crypto'
import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { CaptchaError } from '@upright/core'

/** The paths of a data folder. */
export const inFolder = (data: string) => ({
  registry: join(data, 'upright.db'),
  ledger: join(data, 'ledger.db'),
  secret: join(data, 'secret'),
})

/** Shortest master secret accepted, in characters. */
const MIN_SECRET_LENGTH = 32

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? ''

/**
 * Makes the data folder, for its owner alone; one that is there stays as it is.
 * @throws CaptchaError `data_unusable`, saying what is wrong and how to fix it
 */
export function makeFolder(data: string): void {
  const path = resolve(data)
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    if (!statSync(path).isDirectory()) throw Object.assign(new Error(), { code: 'EEXIST' })
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw new CaptchaError('data_unusable', `${path} ${explain(codeOf(cause), path)}`, { cause })
  }
}

function explain(code: string, path: string): string {
  if (code === 'EEXIST' || code === 'ENOTDIR')
    return 'is a file, or is inside one: choose another folder with --data'
  if (code === 'EROFS') return 'is on a read-only file system'
  if (code === 'ENOSPC') return 'cannot be made: the disk is full'
  if (code === 'EACCES' || code === 'EPERM') {
    const user = process.getuid ? ` by user ${process.getuid()}` : ''
    return `is not writable${user}: give the folder to the user that runs upright, or choose another with --data`
  }
  return `cannot be made or used (${code || 'unknown reason'}): look at ${dirname(path)}`
}

/**
 * The master secret of a data folder, or undefined when none has been made.
 * @throws CaptchaError `data_unusable` when the file is empty, short or not readable
 */
export function readSecret(data: string): string | undefined {
  const file = inFolder(resolve(data)).secret
  let text: string
  try {
    text = readFileSync(file, 'utf8').trim()
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR') return undefined
    throw new CaptchaError('data_unusable', `the master secret ${file} cannot be read (${codeOf(cause)})`, {
      cause,
    })
  }
  if (text.length < MIN_SECRET_LENGTH || /[^\x21-\x7e]/.test(text)) {
    const found =
      text.length === 0 ? 'is empty' : text.length < MIN_SECRET_LENGTH ? 'is too short' : 'is damaged'
    throw new CaptchaError(
      'data_unusable',
      `the master secret ${file} ${found}; nothing was changed: put back a copy, or remove the file to have a new one made`,
    )
  }
  return text
}

/**
 * The master secret of a data folder, made at the first call: 64 hexadecimal characters that only the owner
 * can read. Of several processes that start at once, all get the same. @throws CaptchaError `data_unusable`
 */
export function masterSecret(data: string, random: (n: number) => Buffer = randomBytes): string {
  const found = readSecret(data)
  if (found) return found
  const folder = resolve(data)
  const file = inFolder(folder).secret
  // Written whole under another name and then given its own, which only one process can: nobody reads half a
  // secret.
  const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`
  try {
    writeFileSync(draft, `${random(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true })
    try {
      publish(draft, file)
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    } finally {
      unlinkSync(draft)
    }
    syncFolder(folder)
  } catch (cause) {
    throw new CaptchaError(
      'data_unusable',
      `the master secret ${file} cannot be written (${codeOf(cause)})`,
      { cause },
    )
  }
  return readSecret(data)!
}

/**
 * Gives a file its name unless something has it already.
 * @throws an error with code EEXIST when something has
 */
function publish(draft: string, file: string): void {
  try {
    linkSync(draft, file)
  } catch (error) {
    // Some mounted file systems have no links. Exclusive creation is atomic there too, but for the writing
    // itself.
    if (!/^(EPERM|ENOTSUP|EOPNOTSUPP|ENOSYS|EMLINK)$/.test(codeOf(error))) throw error
    writeFileSync(file, readFileSync(draft), { mode: 0o600, flag: 'wx', flush: true })
  }
}

/** Makes a new name in a folder survive a power cut, where the file system can. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r')
    try {
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  } catch {
    // Not every system syncs folders; the secret itself has been synced.
  }
}
