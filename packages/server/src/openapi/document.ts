import type { FastifyInstance } from 'fastify'
import { ownDocument } from './own.ts'
import { type DocumentPart, joinDocuments } from './types.ts'

/** The whole document: the service's own addresses, and those of every dialect and page. */
export function openapi(version: string, parts: readonly DocumentPart[]) {
  const { tags, paths, schemas, securitySchemes } = joinDocuments([ownDocument, ...parts])
  const reference = '/docs' in paths ? '/docs' : undefined
  return {
    openapi: '3.1.0',
    info: {
      title: 'Upright',
      version,
      summary: 'A self-hosted CAPTCHA that speaks the dialects forms already speak.',
      description:
        'No cookie is set, no third party is called, and nothing is stored when a challenge is issued. ' +
        'Slashes in a path may be doubled; unknown query parameters, `Accept` and `Content-Type` are ignored; ' +
        'a body may have 16 kB where nothing else is said, an address 8 kB and a header 8 kB; a request with ' +
        'two `Host` or two `Authorization` headers is refused with 400; every GET but those that ' +
        'redeem a pass can be asked as HEAD.',
      license: { name: 'MIT', identifier: 'MIT' },
      ...(reference && { contact: { name: 'Documentation and support', url: reference } }),
    },
    ...(reference && { externalDocs: { description: 'This reference as a page', url: reference } }),
    servers: [
      { url: '/', description: 'This server' },
      { url: 'https://captcha.example.org', description: 'Yours, under its public name' },
    ],
    tags,
    paths,
    components: { schemas, securitySchemes },
  }
}

export type OpenApi = ReturnType<typeof openapi>

/** Serves a document at `/openapi.json`. It is written when it is first asked for, not at the start. */
export function documentRoute(app: FastifyInstance, document: () => OpenApi): void {
  let text: string | undefined
  app.get('/openapi.json', (_request, reply) => {
    text ??= JSON.stringify(document())
    return reply.header('cache-control', 'no-cache').type('application/json').send(text)
  })
}
