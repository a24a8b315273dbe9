/**
 * CaptchEtat, the French State's CAPTCHA API, in both versions behind one gateway. Version 1 is BotDetect's
 * Simple API.
 */
import { codeStyleNamed } from '@upright/core'
import { joinDocuments } from '../../openapi/types.ts'
import type { Dialect } from '../dialect.ts'
import { registerGateway } from './gateway/index.ts'
import { gatewayDocument } from './gateway/openapi.ts'
import { v1, v1Document } from './v1/index.ts'
import { libraryRoute, v2, v2Document } from './v2/index.ts'

export const captchetat: Dialect = {
  name: 'captchetat',
  kinds: ['text'],
  knows: ({ name }) => codeStyleNamed(name) !== undefined,
  document: joinDocuments([gatewayDocument, v2Document, v1Document]),
  register(scope, context) {
    registerGateway(scope, context, { 'captchetat-v2': v2, 'captchetat-v1': v1 })
    libraryRoute(scope, context.files)
  },
}
