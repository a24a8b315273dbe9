import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CaptchaError, type Language, type Style, styles } from '@upright/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { securePage } from './operate/security.ts'
import type { Sites } from './policy/sites.ts'

/** Where `npm run build` puts the pages. */
const PUBLIC_FOLDER = fileURLToPath(new URL('../public/', import.meta.url))

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

interface Page {
  type: string
  etag: string
  bytes: Buffer
}

/** What the demo page needs to know. */
interface Demo {
  publicKey: string
  version: string
  styles: {
    name: string
    language: Language
    characters: 'digits' | 'letters' | 'both'
    length: readonly [min: number, max: number]
    level: Style['settings']['level']
  }[]
}

export interface PagesOptions {
  sites: Sites
  version: string
  /** @default the built pages of this package */
  folder?: string | undefined
}

/** The pages a person looks at. The folder is read once, here: what is not in it then is not there. */
export function pages(app: FastifyInstance, { sites, version, folder = PUBLIC_FOLDER }: PagesOptions): void {
  const files = readPages(folder)
  const serve = (name: string) => (request: FastifyRequest, reply: FastifyReply) =>
    sendPage(files, name, request, reply)

  app.get('/', serve('index.html'))
  app.get('/docs', serve('docs.html'))
  app.get('/assets/*', (request, reply) =>
    sendPage(files, `assets/${(request.params as { '*': string })['*']}`, request, reply),
  )
  app.get('/demo.json', async (_request, reply): Promise<Demo> => {
    const demo = (await sites.all()).find(({ name, settings }) => name === 'Demo' && settings.open)
    if (!demo) throw new CaptchaError('not_found', 'the demo site was removed')
    reply.header('cache-control', 'no-store')
    return { publicKey: demo.publicKey, version, styles: styles.map(describe) }
  })
}

/** Every file below a folder by its path with forward slashes; nothing when there is no folder. */
function readPages(folder: string): ReadonlyMap<string, Page> {
  let entries: import('node:fs').Dirent[]
  try {
    entries = readdirSync(folder, { withFileTypes: true, recursive: true })
  } catch {
    return new Map()
  }
  return new Map(
    entries
      .filter(entry => entry.isFile())
      .map(entry => {
        const path = join(entry.parentPath, entry.name)
        const bytes = readFileSync(path)
        const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
        const type = TYPES[extname(entry.name)] ?? 'application/octet-stream'
        return [relative(folder, path).split(sep).join('/'), { type, etag, bytes }]
      }),
  )
}

function sendPage(
  files: ReadonlyMap<string, Page>,
  name: string,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const page = files.get(name)
  if (!page) {
    const why = files.size === 0 ? 'the pages are not built: run "npm run build" and start again' : undefined
    throw new CaptchaError('not_found', why)
  }
  // Every use asks whether the page has changed: an answer without a body is cheap, an outdated page is not.
  securePage(reply).header('etag', page.etag).header('cache-control', 'no-cache')
  const known = request.headers['if-none-match']?.split(',').map(tag => tag.trim().replace(/^W\//, ''))
  if (known?.includes(page.etag) || known?.includes('*')) return reply.code(304).send()
  return reply.type(page.type).send(page.bytes)
}

function describe({ name, settings: { language, alphabet, length, level } }: Style): Demo['styles'][number] {
  const [digits, letters] = [/\d/.test(alphabet), /\D/.test(alphabet)]
  const characters = digits && letters ? 'both' : digits ? 'digits' : 'letters'
  return { name, language, characters, length, level }
}
