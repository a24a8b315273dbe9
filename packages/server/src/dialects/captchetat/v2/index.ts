/**
 * CaptchEtat v2, as an unmodified client speaks it: a token from `/api/oauth/token`, then `/piste/captchetat/v2/…` with it;
 * or, for pages of a site that is open, `/s/<public key>/piste/captchetat/v2/…` without.
 */
import type { FastifyInstance } from 'fastify'
import { type Files, sendFile } from '../../../http/files.ts'
import { parameter } from '../../../http/query.ts'
import type { Service } from '../../../service.ts'
import type { PisteApi } from '../gateway/index.ts'
import { challengeHandler } from './challenge.ts'
import { LIBRARY, V2 } from './openapi.ts'

export { captchetatDocument, V2 } from './openapi.ts'

/** What the dialect needs of the house. */
export interface CaptchetatOptions {
  service: Service
  /** Puts an API behind the State's gateway. */
  mount: (api: PisteApi) => void
  files: Files
}

/** Registers the dialect's routes. */
export function captchetat(app: FastifyInstance, { service, mount, files }: CaptchetatOptions): void {
  mount({
    base: V2,
    captcha: challengeHandler(service),
    action: request => (parameter(request, 'get') === 'sound' ? 'show' : 'issue'),
    typed: field => ({ id: field('uuid'), code: field('code') }),
    validate: ({ id, code }, site) => service.captcha.check(id, site.id, code, site.settings),
  })
  app.get(LIBRARY, (request, reply) => {
    // Other sites' pages load it, whatever rules they set themselves.
    reply.header('cross-origin-resource-policy', 'cross-origin').header('access-control-allow-origin', '*')
    return sendFile(files, 'captchetat/v2/captchetat-js.js', request, reply)
  })
}
