import { type CodeStyle, codeStyles } from '@upright/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Files, sendFile } from './http/files.ts'
import { securePage } from './http/security.ts'
import type { Sites } from './http/sites.ts'
import type { Demo, DemoStyle } from './wire.ts'

export interface PagesOptions {
  sites: Sites
  version: string
  files: Files
}

/** The pages a person looks at. */
export function pages(app: FastifyInstance, { sites, version, files }: PagesOptions): void {
  const send = (name: string, request: FastifyRequest, reply: FastifyReply) =>
    sendFile(files, name, request, securePage(reply))

  app.get('/', (request, reply) => send('index.html', request, reply))
  app.get('/demo', (request, reply) => send('demo.html', request, reply))
  app.get('/docs', (request, reply) => send('docs.html', request, reply))
  // What browsers ask for beside pages that name no icon.
  app.get('/favicon.ico', (request, reply) => send('assets/mark.svg', request, reply))
  app.get('/assets/*', (request, reply) =>
    send(`assets/${(request.params as { '*': string })['*']}`, request, reply),
  )
  app.get('/demo.json', async (_request, reply): Promise<Demo> => {
    const { publicKey } = await sites.demo()
    reply.header('cache-control', 'no-store')
    return { publicKey, version, styles: codeStyles.map(describe) }
  })
}

function describe({
  name,
  settings: { language, alphabet, length, level = 'standard' },
}: CodeStyle): DemoStyle {
  const [digits, letters] = [/\d/.test(alphabet), /\D/.test(alphabet)]
  const characters = digits && letters ? 'both' : digits ? 'digits' : 'letters'
  return { name, language, characters, length, level }
}
