/**
 * CaptchEtat v2, as an unmodified client speaks it: a token from `/api/oauth/token`, then
 * `/piste/captchetat/v2/…` with it; or, for pages of a site that is open,
 * `/s/<public key>/piste/captchetat/v2/…` without.
 */
import type { FastifyInstance } from 'fastify'
import { type Files, sendSharedFile } from '../../../http/files.ts'
import { parameter } from '../../../http/query.ts'
import type { CreateVersion } from '../gateway/index.ts'
import { challengeHandler } from './challenge.ts'
import { LIBRARY, TAG, V2 } from './openapi.ts'

export { v2Document } from './openapi.ts'

/** The version's calls. */
export const v2: CreateVersion = context => ({
  name: TAG,
  base: V2,
  idName: 'uuid',
  captcha: challengeHandler(context),
  action: request => (parameter(request, 'get') === 'sound' ? 'show' : 'issue'),
  typed: field => ({ id: field('uuid'), code: field('code') }),
})

/** Registers the front library, which pages of other sites load. */
export function libraryRoute(scope: FastifyInstance, files: Files): void {
  scope.get(LIBRARY, (request, reply) =>
    sendSharedFile(files, 'captchetat/v2/captchetat-js.js', request, reply),
  )
}
