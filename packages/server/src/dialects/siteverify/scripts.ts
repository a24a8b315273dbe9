import type { FastifyInstance } from 'fastify'
import { sendSharedFile } from '../../http/files.ts'
import { type DocumentPart, fileAnswers, type Parameter } from '../../openapi/types.ts'
import type { DialectContext } from '../dialect.ts'
import type { Vendor } from './vendors.ts'

/** Serves the script of a vendor, which pages of all sites load with whatever query. */
export function registerScripts(
  app: FastifyInstance,
  { name, script }: Vendor,
  { files }: DialectContext,
): void {
  for (const path of script.paths) {
    app.get(path, (request, reply) => sendSharedFile(files, `siteverify/${name}.js`, request, reply))
  }
}

const inQuery = (name: string, description: string, example: string): Parameter => ({
  name,
  in: 'query',
  description: `${description} Read by the script itself, in the page.`,
  schema: { type: 'string' },
  example,
})

/** The addresses of a vendor's script. */
export const scriptPathsOf = ({ title, script }: Vendor): DocumentPart['paths'] =>
  Object.fromEntries(
    script.paths.map(path => [
      path,
      {
        get: {
          tags: [title],
          operationId: `script${path.replaceAll(/\W(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
          summary: `The script that defines \`${script.globals[0]}\``,
          security: [],
          parameters: [
            inQuery('onload', 'Name of a global function that is called when it has loaded.', 'onLoaded'),
            inQuery('render', '`explicit` where the page renders by itself.', 'explicit'),
            inQuery('hl', 'Language of its widgets.', 'fr'),
          ],
          responses: {
            200: {
              description: 'A script, for pages of all origins.',
              content: { 'text/javascript': { schema: { type: 'string' }, example: '(()=>{…})();' } },
            },
            ...fileAnswers('It has not been built.'),
          },
        },
      },
    ]),
  )
