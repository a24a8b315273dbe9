/**
 * The API behind the admin pages: what operators do over HTTP, each with a token of their own. No page of
 * another origin can read it.
 */
import type { FastifyInstance } from 'fastify'
import { labelRoutes } from '../http/route-labels.ts'
import type { Service } from '../service.ts'
import { createGuard } from './guard.ts'
import { pictureRoutes } from './pictures.ts'

export { adminDocument } from './openapi.ts'

/** Puts the API below `/admin/api`. */
export function admin(app: FastifyInstance, { registry }: Service): void {
  app.register(
    async scope => {
      labelRoutes(scope, 'admin')
      // A feed of pictures is larger than what other addresses take: each route reads its own body.
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', (_request, _stream, done) => done(null))
      scope.decorateRequest('operator')
      scope.addHook('onRequest', createGuard(registry))
      pictureRoutes(scope, registry)
    },
    { prefix: '/admin/api' },
  )
}
