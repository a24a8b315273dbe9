import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Files, sendSharedFile } from '../../http/files.ts'
import { type DocumentPart, errorAnswer, type Operation, type Parameter } from '../../openapi/types.ts'

/** Serves `<upright-captcha>` to pages of all sites: its script, and those that it loads when needed. */
export function scripts(app: FastifyInstance, files: Files): void {
  const send = (path: string, name: (request: FastifyRequest) => string) =>
    app.get(path, (request, reply) => sendSharedFile(files, `element/${name(request)}`, request, reply))
  send('/upright.js', () => 'upright.js')
  send('/upright/v1/panels.js', () => 'panels.js')
  send(
    '/upright/v1/words.:language.js',
    ({ params }) => `words.${(params as { language: string }).language}.js`,
  )
}

const script = (operationId: string, summary: string, parameters: Parameter[] = []): { get: Operation } => ({
  get: {
    tags: ['Native'],
    operationId,
    summary,
    security: [],
    parameters,
    responses: {
      200: {
        description: 'A module, for pages of all origins.',
        content: { 'text/javascript': { schema: { type: 'string' }, example: 'export{…};' } },
      },
      304: { description: 'The file is still what `If-None-Match` says it was.' },
      404: errorAnswer('not_found', 'There is no such script, or it has not been built.'),
      414: errorAnswer('url_too_long'),
      431: errorAnswer('header_too_large'),
      500: errorAnswer('internal'),
    },
  },
})

/** The addresses of the scripts. */
export const scriptPaths: DocumentPart['paths'] = {
  '/upright.js': script('uprightScript', 'The script that defines `<upright-captcha>`'),
  '/upright/v1/panels.js': script('uprightPanels', 'What it shows for a challenge'),
  '/upright/v1/words.{language}.js': script('uprightWords', 'What it says in a language other than English', [
    {
      name: 'language',
      in: 'path',
      required: true,
      description: 'The language, as its ISO 639 code: one of the table in docs/widget.md.',
      schema: { type: 'string' },
    },
  ]),
}
