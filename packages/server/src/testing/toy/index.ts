import { styleNamed } from '@upright/core'
import type { Dialect } from '../../dialects/dialect.ts'

const style = styleNamed('numberEN')!

/**
 * A dialect of two calls, as small as one can be: it shows what a dialect gets without touching another file.
 */
export const toy: Dialect = {
  name: 'toy',
  kinds: ['number'],
  document: {
    tags: [{ name: 'Toy', description: 'A dialect for a test.' }],
    paths: {
      '/toy/{publicKey}/new': {
        get: {
          tags: ['Toy'],
          summary: 'A new id',
          operationId: 'toyNew',
          responses: { 200: { description: 'OK' } },
        },
      },
      '/toy/{publicKey}/{id}/{answer}': {
        get: {
          tags: ['Toy'],
          summary: 'A verdict',
          operationId: 'toyCheck',
          responses: { 200: { description: 'OK' } },
        },
      },
    },
    schemas: {},
  },
  normalizeUrl: url => url.replace(/^\/TOY\//, '/toy/'),
  register(scope, { captcha, sites, admission }) {
    scope.get('/toy/:publicKey/new', async (request, reply) => {
      const { publicKey } = request.params as Record<string, string>
      const site = (await sites.byPublicKey(publicKey!))!
      await admission.enter({ site, action: 'issue', address: request.ip }, reply)
      return { id: captcha.issue(site.id, style) }
    })
    scope.get('/toy/:publicKey/:id/:answer', async request => {
      const { publicKey, id, answer } = request.params as Record<string, string>
      const site = (await sites.byPublicKey(publicKey!))!
      return { verdict: await captcha.check(site, id!, answer!) }
    })
  },
}
