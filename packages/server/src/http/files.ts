import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CaptchaError } from '@upright/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { PACKAGE_FOLDER } from '../package-folder.ts'
import { varyOn } from './vary.ts'

/** Folder of the files for browsers that `npm run build` writes. */
const PUBLIC_FOLDER = fileURLToPath(new URL('public/', PACKAGE_FOLDER))

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

/**
 * Compressed forms that a build puts beside a file, the best first: name in HTTP, and what it adds to the
 * file's.
 */
const ENCODINGS = [
  { encoding: 'br', extension: '.br' },
  { encoding: 'gzip', extension: '.gz' },
] as const

/** A name that a build gave 16 characters of the hash of the content. */
const HASHED_NAME = /\.[\w-]{16}\.\w+$/
/** Caching of such a file, which never changes, for a year. */
const IMMUTABLE = 'public, max-age=31536000, immutable'

/** What is wrong where there are no files at all. */
export const NOT_BUILT = 'the pages are not built: run "npm run build" and start again'

/** The bytes of a file in one encoding. */
interface Form {
  etag: string
  bytes: Buffer
}

/** A file, and its compressed forms. */
export interface BuiltFile extends Form {
  type: string
  /** The compressed forms there are, the best first. */
  compressed: (Form & { encoding: string })[]
}

/** Built files, by path with forward slashes. */
export type Files = ReadonlyMap<string, BuiltFile>

/** A file of a type and some bytes, with those of its compressed forms, the best first. */
export function builtFile(
  type: string,
  bytes: Buffer,
  forms: readonly { encoding: string; bytes: Buffer }[],
): BuiltFile {
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
  const compressed = forms.map(form => ({ ...form, etag: `"${hash}-${form.encoding}"` }))
  return { type, etag: `"${hash}"`, bytes, compressed }
}

/**
 * Every file below a folder; nothing when there is no folder. It is read once: what is not in it then is not
 * there.
 */
export function readFiles(folder = PUBLIC_FOLDER): Files {
  let entries: import('node:fs').Dirent[]
  try {
    entries = readdirSync(folder, { withFileTypes: true, recursive: true })
  } catch {
    return new Map()
  }
  const files = new Map(
    entries
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .map(path => [relative(folder, path).split(sep).join('/'), readFileSync(path)]),
  )
  const isForm = (name: string) =>
    ENCODINGS.some(({ extension }) => name.endsWith(extension) && files.has(name.slice(0, -extension.length)))
  return new Map(
    [...files]
      .filter(([name]) => !isForm(name))
      .map(([name, bytes]) => {
        const forms = ENCODINGS.flatMap(({ encoding, extension }) => {
          const form = files.get(name + extension)
          return form ? [{ encoding, bytes: form }] : []
        })
        return [name, builtFile(TYPES[extname(name)] ?? 'application/octet-stream', bytes, forms)]
      }),
  )
}

/** Quality values of the encodings in Accept-Encoding, from 0 to 1. */
function preferencesOf(header: string): ReadonlyMap<string, number> {
  return new Map(
    header.split(',').map(part => {
      const [name = '', ...parameters] = part.split(';').map(text => text.trim().toLowerCase())
      const q = parameters.find(text => text.startsWith('q='))
      return [name, q ? Number(q.slice(2)) || 0 : 1]
    }),
  )
}

/** The form of a file that a client wants most. The plain one is refused to nobody. */
function formFor(file: BuiltFile, header = ''): Form & { encoding?: string } {
  const wanted = preferencesOf(header)
  let best: Form & { encoding?: string } = file
  // What is wanted as much as the plain form is better: it is smaller.
  let least = wanted.get('identity') ?? 0
  for (const form of file.compressed) {
    const q = wanted.get(form.encoding) ?? wanted.get('*') ?? 0
    if (q === 0 || (best === file ? q < least : q <= least)) continue
    best = form
    least = q
  }
  return best
}

/**
 * Sends a file compressed as the client likes it best, or confirms the one it has.
 * @throws CaptchaError `not_found`
 */
export function sendFile(
  files: Files,
  name: string,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const file = files.get(name)
  if (!file) {
    throw new CaptchaError('not_found', files.size === 0 ? NOT_BUILT : undefined)
  }
  const { encoding, etag, bytes } = formFor(file, request.headers['accept-encoding'])
  // Every use asks whether a file has changed that can: an answer without a body is cheap, an outdated page
  // is not.
  reply.header('etag', etag).header('cache-control', HASHED_NAME.test(name) ? IMMUTABLE : 'no-cache')
  if (file.compressed.length > 0) {
    varyOn(reply, 'accept-encoding')
  }
  const known = request.headers['if-none-match']?.split(',').map(tag => tag.trim().replace(/^W\//, ''))
  if (known?.includes(etag) || known?.includes('*')) return reply.code(304).send()
  if (encoding) reply.header('content-encoding', encoding)
  return reply.type(file.type).send(bytes)
}

/**
 * Sends a script, a style sheet or an icon that pages of other sites load, as modules and with `crossorigin`
 * too, and whatever rules they set themselves.
 * @throws CaptchaError `not_found`
 */
export const sendSharedFile: typeof sendFile = (files, name, request, reply) => {
  reply.header('cross-origin-resource-policy', 'cross-origin').header('access-control-allow-origin', '*')
  return sendFile(files, name, request, reply)
}
