/** The service with a site in the process of a test: its clock stands still, and settings change at once. */
import { readdirSync, readFileSync } from 'node:fs'
import type { SiteSettings } from '../packages/server/src/registry/settings.ts'
import { type TestApp, testApp } from '../packages/server/src/testing/app.ts'
import { type Form, formOf } from './captcha-page.ts'
import { startHost } from './host.ts'

/** Work of rung 0 that a browser solves at once. */
const EASY_WORK = { native: { style: 'sha256', level: 16 } }
const PICTURES = new URL('../packages/server/pictures/', import.meta.url)

export interface CaptchaApp extends TestApp {
  url: string
  form: Form
  /** Requests whose connection is closed without an answer. */
  away: RegExp | undefined
  set(settings: Partial<SiteSettings>): Promise<unknown>
  /** The answer of a kind of a ticket. */
  answerTo(ticket: string, kind: string): string
  stop(): Promise<void>
}

export async function startApp(): Promise<CaptchaApp> {
  const test = await testApp({ rate: 0, work: EASY_WORK })
  const { app, service, site } = test
  const name = readdirSync(PICTURES).find(file => file.endsWith('.webp'))!
  await service.registry.addPicture(
    { name: 'Rex', fingerprint: '0123456789abcdef' } as never,
    readFileSync(new URL(name, PICTURES)),
  )
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const form = formOf({ url }, await startHost({}), { publicKey: site.publicKey, secret: test.secret })
  const started: CaptchaApp = {
    ...test,
    url,
    form,
    away: undefined,
    set: settings => service.registry.setSite(site.id, { settings }),
    answerTo: (ticket, kind) =>
      service.captcha.open(service.tickets.open(ticket, 'any')!.ids.get(kind)!)!.answer,
    async stop() {
      app.server.closeAllConnections()
      await Promise.all([form.host.stop(), test.close()])
    },
  }
  app.server.prependListener('request', ({ url = '', socket }) => {
    if (started.away?.test(url)) socket.destroy()
  })
  return started
}
