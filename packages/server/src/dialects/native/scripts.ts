import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Files, sendSharedFile } from '../../http/files.ts'
import {
  type Answer,
  type DocumentPart,
  fileAnswers,
  type Operation,
  type Parameter,
} from '../../openapi/types.ts'

/** Serves `<upright-captcha>` to pages of all sites: its script, and those that it loads when needed. */
export function scripts(app: FastifyInstance, files: Files): void {
  const send = (path: string, name: (request: FastifyRequest) => string) =>
    app.get(path, (request, reply) => sendSharedFile(files, `element/${name(request)}`, request, reply))
  send('/upright.js', () => 'upright.js')
  send('/upright/v1/integrity.json', () => 'integrity.json')
  send('/upright/v1/files/:name', ({ params }) => `files/${(params as { name: string }).name}`)
}

const file = (
  operationId: string,
  summary: string,
  { content, parameters = [] }: Pick<Required<Answer>, 'content'> & { parameters?: Parameter[] },
): { get: Operation } => ({
  get: {
    tags: ['Native'],
    operationId,
    summary,
    security: [],
    parameters,
    responses: {
      200: { description: 'A file for pages of all origins.', content },
      ...fileAnswers('There is no such file, or it has not been built.'),
    },
  },
})

const script: Required<Answer>['content'] = {
  'text/javascript': { schema: { type: 'string' }, example: 'export{…};' },
}
const NAME = 'panels.Qm5fZ0x1c2V-a_9k.js'

/** The addresses of the scripts. */
export const scriptPaths: DocumentPart['paths'] = {
  '/upright.js': file('uprightScript', 'The script that defines `<upright-captcha>`', { content: script }),
  '/upright/v1/integrity.json': file('uprightIntegrity', 'The integrity value of each script', {
    content: {
      'application/json': {
        schema: {
          type: 'object',
          description:
            'By the name of each script: `address`, relative to this list, and `integrity` for the attribute of that name.',
        },
        example: { 'panels.js': { address: `files/${NAME}`, integrity: 'sha384-Qm5fZ0x1c2V+a/9k…' } },
      },
    },
  }),
  '/upright/v1/files/{name}': file(
    'uprightFile',
    'A script of the widget, at an address that never means another one',
    {
      content: script,
      parameters: [
        {
          name: 'name',
          in: 'path',
          required: true,
          description: 'Name with the hash, as `/upright/v1/integrity.json` lists it.',
          schema: { type: 'string' },
          example: NAME,
        },
      ],
    },
  ),
}
