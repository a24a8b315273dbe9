import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRcc } from './rcc.ts'

/** Outside the repository, and kept, so that a second run downloads nothing. */
const CACHE_FOLDER = join(tmpdir(), 'upright-pictures')

/** Packages as they were when the crops and scenes were chosen: another one might show something else. */
export const GCOMPRIS = {
  name: 'Debian gcompris-qt-data 3.1-2',
  file: 'gcompris-qt-data_3.1-2_all.deb',
  sha256: 'e9cf06ab2105529068df73085784e835d2ff03f870d2a8091f09125d40abac9f',
  get: ['apt-get', 'download', 'gcompris-qt-data=3.1-2'],
  unpack: ['dpkg-deb', '-x'],
} as const
export const EMOJI = {
  name: 'npm @lobehub/fluent-emoji-3d 1.1.0',
  file: 'lobehub-fluent-emoji-3d-1.1.0.tgz',
  sha256: 'c1bb7eee7de090205a232518a9ab4adb3df458bfbe8a1f78232991194c8b2e58',
  get: ['npm', 'pack', '--silent', '@lobehub/fluent-emoji-3d@1.1.0'],
  unpack: ['tar', '-xzf'],
} as const

type Package = typeof GCOMPRIS | typeof EMOJI

function run([command, ...args]: readonly string[]): void {
  const { status, error } = spawnSync(command!, args, {
    cwd: CACHE_FOLDER,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')}: ended with ${status}`)
}

/** The folder of a package's files, downloaded and unpacked where it is not there yet. */
function fetched({ file, sha256, get, unpack }: Package): string {
  mkdirSync(CACHE_FOLDER, { recursive: true })
  const archive = join(CACHE_FOLDER, file)
  if (!existsSync(archive)) run(get)
  if (createHash('sha256').update(readFileSync(archive)).digest('hex') !== sha256) {
    throw new Error(`${archive} is not the package that was looked at`)
  }
  const folder = `${archive}.files`
  if (!existsSync(folder)) {
    mkdirSync(folder)
    run(unpack[0] === 'tar' ? [...unpack, archive, '-C', folder] : [...unpack, archive, folder])
  }
  return folder
}

/** The files of an activity of GCompris, by path below its folder: `resource/crab.webp`. */
export function activityFiles(activity: string): Map<string, Buffer> {
  const path = join(fetched(GCOMPRIS), 'usr/share/gcompris-qt/rcc', `${activity}.rcc`)
  const prefix = `gcompris/src/activities/${activity}/`
  return new Map(
    Array.from(readRcc(readFileSync(path)), ([name, bytes]) => [name.replace(prefix, ''), bytes]),
  )
}

/** The file of an emoji, by its code points in hex: `1f98a`. */
export function emojiFile(code: string): Buffer {
  return readFileSync(join(fetched(EMOJI), 'package/assets', `${code}.webp`))
}
