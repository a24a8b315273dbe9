import { chmodSync, readdirSync, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { inFolder } from './folder.ts'

/** Bits of a mode that give anything to anybody but the owner. */
const OTHERS_BITS = 0o077
/** The bit of folders in which many users have files of their own, such as `/tmp`. */
const STICKY_BIT = 0o1000
/** A folder that file systems make at their root. */
const LOST_AND_FOUND = 'lost+found'
/** The number of the user that this process runs as; undefined where users have none, as on Windows. */
const ownUser = () => process.geteuid?.()

/** Files that others than the owner can read or change. */
export interface OpenPath {
  path: string
  /** The user it belongs to. */
  owner: number
  mode: number
}

/** Whether anybody but the owner may do anything with a file or a folder; Windows has no such bits. */
export function openToOthers(path: string): OpenPath | undefined {
  const found = ownUser() === undefined ? undefined : statSync(path, { throwIfNoEntry: false })
  if (!found || (found.mode & OTHERS_BITS) === 0) return undefined
  return { path, owner: found.uid, mode: found.mode & 0o7777 }
}

/** The databases and the secret of a data folder, as far as others may do anything with them. */
export const openFiles = (data: string): OpenPath[] =>
  Object.values(inFolder(resolve(data)))
    .flatMap(file => ['', '-wal', '-shm'].map(end => file + end))
    .flatMap(path => openToOthers(path) ?? [])

/**
 * Closes a data folder, its databases and its secret to everybody but their owner, where that is `user`: they
 * may have been made by hand, or by an earlier version. A folder of somebody else stays as it is, its files
 * too: Kubernetes gives volumes to a group (fsGroup), which is how this process gets in. So does a folder
 * that is used for something else as well. What cannot be changed is for `doctor` to say.
 */
export function closeToOthers(data: string, warn: (line: string) => void, user = ownUser()): void {
  const path = resolve(data)
  if (statSync(path, { throwIfNoEntry: false })?.uid !== user) return
  const folder = openToOthers(path)
  const changed = [
    ...(folder && !hasOtherUses(folder) && change(folder, 0o700) ? [folder] : []),
    ...openFiles(path).filter(file => file.owner === user && change(file, 0o600)),
  ]
  if (changed.length === 0) return
  const names = changed.map(
    each => `${each === folder ? path : basename(each.path)} (${each.mode.toString(8)})`,
  )
  warn(`others could read ${names.join(', ')}: now the owner alone can`)
}

function hasOtherUses({ path, mode }: OpenPath): boolean {
  const entries = readdirSync(path, { withFileTypes: true })
  return (
    (mode & STICKY_BIT) !== 0 || entries.some(entry => entry.isDirectory() && entry.name !== LOST_AND_FOUND)
  )
}

function change({ path }: OpenPath, mode: number): boolean {
  try {
    chmodSync(path, mode)
    return true
  } catch {
    return false
  }
}
