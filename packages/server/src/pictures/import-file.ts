import { readFile, realpath, stat } from 'node:fs/promises'
import { extname, isAbsolute, join, relative, sep } from 'node:path'
import { CaptchaError } from '@upright/core'
import { LIMITS } from './codec.ts'
import type { Header } from './codec-header.ts'

/** A picture's file, and the format that its name or type promises, where it does. */
export interface PictureFile {
  bytes: Buffer
  promised: Header['format'] | undefined
}

const bad = (detail: string, cause?: unknown) => new CaptchaError('bad_picture', detail, { cause })

const FORMATS: Readonly<Record<string, Header['format']>> = {
  jpg: 'JPEG',
  jpeg: 'JPEG',
  jpe: 'JPEG',
  jfif: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  avif: 'AVIF',
}
/** Extensions of other formats: their files are tried, so that each is reported. */
const OTHER_FORMATS = ['gif', 'bmp', 'tif', 'tiff', 'svg', 'heic', 'heif', 'jxl', 'ico']

const extensionOf = (path: string) => extname(path).slice(1).toLowerCase()

/** Whether a file of a folder has a picture's name. */
export const isPictureName = (path: string): boolean =>
  Object.hasOwn(FORMATS, extensionOf(path)) || OTHER_FORMATS.includes(extensionOf(path))

/** The part of a long text that fits into a line of a report. */
const short = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)

/**
 * What a feed's picture stands for: a file below `root`, where the feed has a folder, or what a `data:` URL
 * holds. Nothing is fetched from anywhere.
 * @throws CaptchaError `bad_picture`
 */
export async function readReference(root: string | undefined, reference: string): Promise<PictureFile> {
  if (/^data:/i.test(reference)) return readDataUrl(reference)
  if (root === undefined) {
    throw bad(`${short(reference)} is neither read nor fetched: put the picture in as a data: URL`)
  }
  if (/^[a-z][a-z0-9+.-]+:/i.test(reference)) {
    throw bad(
      `${short(reference)} is not fetched: save the picture beside the feed, or put it in as a data: URL`,
    )
  }
  return readWithin(root, reference)
}

/**
 * A file below a folder, by its path from there. No path, and no link on its way, leads out of the folder.
 * @throws CaptchaError `bad_picture`
 */
export async function readWithin(root: string, path: string): Promise<PictureFile> {
  // A feed from Windows.
  const parts = path.replaceAll('\\', '/').split('/')
  if (path.includes('\0') || parts[0] === '' || /^[a-z]:/i.test(path) || parts.includes('..')) {
    throw bad(`${short(path)} does not stay in the folder`)
  }
  try {
    const [base, file] = await Promise.all([realpath(root), realpath(join(root, ...parts))])
    const within = relative(base, file)
    if (isAbsolute(within) || within === '..' || within.startsWith(`..${sep}`)) {
      throw bad(`${short(path)} is a link that leads out of the folder`)
    }
    const { size, ...kind } = await stat(file).then(found => ({ size: found.size, isFile: found.isFile() }))
    // Reading from what is no file might never end.
    if (!kind.isFile) throw bad(`${short(path)} is not a file`)
    if (size > LIMITS.bytes) throw bad(`it has ${size} bytes, more than ${LIMITS.bytes}`)
    return { bytes: await readFile(file), promised: FORMATS[extensionOf(path)] }
  } catch (cause) {
    if (cause instanceof CaptchaError) throw cause
    const { code = '' } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') throw bad(`there is no file ${short(path)}`, cause)
    throw bad(`${short(path)} cannot be read (${code})`, cause)
  }
}

function readDataUrl(url: string): PictureFile {
  const comma = url.indexOf(',')
  const head = url.slice('data:'.length, comma < 0 ? 0 : Math.min(comma, 200)).toLowerCase()
  if (comma < 0 || !/;\s*base64\s*$/.test(head)) throw bad('its data: URL is not base64')
  if (url.length - comma > LIMITS.bytes * 1.5) throw bad(`it has more than ${LIMITS.bytes} bytes`)
  const text = url
    .slice(comma + 1)
    .replace(/\s+|%0[ad]/gi, '')
    .replace(/%2b/gi, '+')
    .replace(/%2f/gi, '/')
    .replace(/%3d/gi, '=')
  // Node reads over what is not base64, and so over what is missing.
  const [, data] = /^([A-Za-z0-9+/]+)={0,2}$/.exec(text) ?? []
  if (data === undefined || data.length % 4 === 1) {
    throw bad('its data: URL is damaged or was cut short')
  }
  const type = /^image\/(\w+)/.exec(head)?.[1] ?? ''
  return { bytes: Buffer.from(text, 'base64'), promised: FORMATS[type] }
}
