/**
 * mCaptcha, as unmodified clients speak it: pages put a frame of ours into their form, in which a visitor
 * verifies by our own API, and which hands the pass to the page around it.
 */
import { expiryOf } from '@upright/core'
import type { FastifyInstance } from 'fastify'
import { sendSharedFile } from '../../http/files.ts'
import { ancestorsOf } from '../../http/origins.ts'
import { parameter } from '../../http/query.ts'
import { secureWidget } from '../../http/security.ts'
import type { Site } from '../../registry/registry.ts'
import { register as registerCall } from '../answering.ts'
import type { Dialect, DialectContext } from '../dialect.ts'
import { askedByNative } from '../work.ts'
import { MCAPTCHA, mcaptchaDocument, PATHS } from './openapi.ts'
import { pageOf } from './page.ts'
import { createVerification } from './verification.ts'

export const mcaptcha: Dialect = {
  name: MCAPTCHA,
  ...askedByNative(MCAPTCHA),
  // A pass is good for as long as a challenge of the site.
  scripts: { testKeys: [], framed: true },
  document: mcaptchaDocument,
  register,
}

function register(app: FastifyInstance, context: DialectContext): void {
  const { sites, files, tickets, pages, now } = context
  /** A ticket with nothing to answer, for the host of the page around the frame. */
  const around = (site: Site, hostname: string) =>
    tickets.issue({
      ...{ site: site.id, expiry: expiryOf(site.settings, Math.floor(now() / 1000)), dialect: MCAPTCHA },
      ...{ hostname, action: '', cdata: '', rung: 0, reasons: [], ids: new Map() },
    })

  app.get(PATHS.widget, async (request, reply) => {
    const site = await sites.byPublicKey(parameter(request, 'sitekey'))
    // Without a site the widget in it says that no verification is possible, in the visitor's language.
    return secureWidget(reply, site ? ancestorsOf(site) : ['*'])
      .code(site ? 200 : 404)
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(pageOf(site ? around(site, pages.hostOf(request)) : ''))
  })
  for (const [path, name] of [
    [PATHS.script, 'widget.js'],
    [PATHS.style, 'widget.css'],
  ] as const) {
    app.get(path, (request, reply) => sendSharedFile(files, `mcaptcha/${name}`, request, reply))
  }
  registerCall(app, PATHS.verify, createVerification(context))
}
