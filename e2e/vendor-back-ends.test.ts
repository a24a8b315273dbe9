/**
 * Clients of reCAPTCHA, hCaptcha and Turnstile for back ends, unmodified from npm, against ours. Those with a
 * fixed host run in a process of their own: its connections to the vendors go to a server of this test, with
 * a certificate that is trusted there alone.
 */
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server as TlsServer } from 'node:https'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Server, startServer } from './server.ts'
import { VENDORS, type VendorName } from './vendor-page.ts'

const CLIENTS = fileURLToPath(new URL('clients/vendor-back-ends/', import.meta.url))
const require = createRequire(CLIENTS)
/** A module of the clients, which has no types here. */
const load = <T>(name: string) => import(pathToFileURL(require.resolve(name)).href) as Promise<T>
const PAGE = 'https://www.example.org'

let server: Server
let publicKey: string
let secret: string

beforeAll(async () => {
  server = await startServer()
  const added = await server.upright(
    ...['site', 'add', '--name', 'Back ends', '--origin', PAGE, '--score', 'on'],
    ...['--work', 'native=sha256/256'],
  )
  ;[publicKey, secret] = [String(added.publicKey), String(added.secret)]
})
afterAll(() => server?.stop())

/** A pass as a page on `PAGE` earns it. */
async function earn(dialect: VendorName, action = ''): Promise<string> {
  const post = async (call: string, body: object) => {
    const request = { method: 'POST', body: JSON.stringify(body), headers: { origin: PAGE } }
    return (await fetch(`${server.url}/upright/v1/${call}`, request)).json() as Promise<
      Record<string, string>
    >
  }
  const { ticket } = await post('challenge', { sitekey: publicKey, dialect, action })
  const work = (await server.answer(ticket!)).split(',').map(Number)
  return (await post('answer', { ticket, kind: 'work', work })).pass!
}
const verifyUrl = (vendor: VendorName) => server.url + VENDORS[vendor].verify

describe('@nestlab/google-recaptcha', () => {
  it('reads success, score, action, host and refusals', async () => {
    await load('reflect-metadata')
    const { NestFactory } = await load<{ NestFactory: { createApplicationContext: Create } }>('@nestjs/core')
    type Create = (
      module: object,
      options: object,
    ) => Promise<{ get(type: unknown): Validator; close(): Promise<void> }>
    type Validator = { validate(options: object): Promise<Record<string, unknown>> }
    const nestlab = await load<{
      default: { GoogleRecaptchaModule: { forRoot(o: object): object }; GoogleRecaptchaValidator: object }
    }>('@nestlab/google-recaptcha')
    const { GoogleRecaptchaModule, GoogleRecaptchaValidator } = nestlab.default
    const module = GoogleRecaptchaModule.forRoot({
      secretKey: secret,
      response() {},
      network: verifyUrl('recaptcha'),
    })
    const context = await NestFactory.createApplicationContext(module, { logger: false })
    const validator = context.get(GoogleRecaptchaValidator)
    const response = await earn('recaptcha', 'login')
    expect(await validator.validate({ response, score: 0.8, action: 'login' })).toMatchObject({
      ...{ success: true, errors: [], score: 0.9, action: 'login', hostname: 'www.example.org' },
    })
    expect(await validator.validate({ response })).toMatchObject({
      ...{ success: false, errors: ['timeout-or-duplicate'] },
    })
    await context.close()
  })
})

describe('google-recaptcha', () => {
  it('calls back without an error for a pass, and with the refusal for another', async () => {
    type Verify = (sent: object, done: (error: Error | null, body: object) => void) => void
    type Client = new (options: object) => { verify: Verify }
    const { default: GoogleRecaptcha } = await load<{ default: Client }>('google-recaptcha')
    const client = new GoogleRecaptcha({ secret, apiUrl: verifyUrl('recaptcha'), logger() {} })
    const verify = (response: string) =>
      new Promise(resolve => client.verify({ response }, (error, body) => resolve([error?.message, body])))
    expect(await verify(await earn('recaptcha'))).toEqual([
      undefined,
      expect.objectContaining({ success: true }),
    ])
    const [message] = (await verify('nothing')) as [string]
    expect(message).toContain('invalid-input-response')
  })
})

describe('better-auth', () => {
  it.each([
    ['google-recaptcha', 'recaptcha', { expectedAction: 'sign-up', allowedHostnames: ['www.example.org'] }],
    ['hcaptcha', 'hcaptcha', {}],
    [
      'cloudflare-turnstile',
      'turnstile',
      { expectedAction: 'sign-up', allowedHostnames: ['www.example.org'] },
    ],
    // It speaks as hCaptcha does.
    ['captchafox', 'hcaptcha', {}],
  ] as const)('lets nobody sign up without a pass, with %s', async (provider, vendor, more) => {
    type Auth = (options: object) => { handler(request: Request): Promise<Response> }
    const { betterAuth } = await load<{ betterAuth: Auth }>('better-auth')
    const { captcha } = await load<{ captcha(options: object): object }>('better-auth/plugins/captcha')
    const { memoryAdapter } = await load<{ memoryAdapter(tables: object): object }>(
      'better-auth/adapters/memory',
    )
    const auth = betterAuth({
      baseURL: PAGE,
      secret: 'a secret of this test and of nothing else',
      logger: { disabled: true },
      telemetry: { enabled: false },
      database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
      emailAndPassword: { enabled: true },
      plugins: [
        captcha({
          provider,
          secretKey: secret,
          siteKey: publicKey,
          siteVerifyURLOverride: verifyUrl(vendor),
          ...more,
        }),
      ],
    })
    const signUp = async (pass: string) => {
      const headers = { 'content-type': 'application/json', origin: PAGE, 'x-captcha-response': pass }
      const body = JSON.stringify({ name: 'Ada', email: 'ada@example.org', password: 'long enough 1' })
      const answer = await auth.handler(
        new Request(`${PAGE}/api/auth/sign-up/email`, { method: 'POST', headers, body }),
      )
      return answer.status
    }
    const pass = await earn(vendor, 'sign-up')
    expect([await signUp('nothing'), await signUp(pass), await signUp(pass)]).toEqual([403, 200, 403])
  })
})

describe('clients with a fixed host', () => {
  let folder: string
  let vendors: TlsServer
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'upright-vendors-'))
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
    execFileSync(
      'openssl',
      [
        ...[
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:prime256v1',
          '-nodes',
          '-days',
          '1',
        ],
        ...['-subj', '/CN=Vendors', '-addext', 'subjectAltName=DNS:www.google.com,DNS:hcaptcha.com'],
        ...['-keyout', key, '-out', certificate],
      ],
      { stdio: 'ignore' },
    )
    vendors = createServer(
      { key: readFileSync(key), cert: readFileSync(certificate) },
      async (request, response) => {
        const { method, headers } = request
        const type = headers['content-type']
        const body = await text(request)
        const answer = await fetch(server.url + request.url, {
          method: method!,
          body,
          headers: { ...(type && { 'content-type': type }) },
        })
        response
          .writeHead(answer.status, { 'content-type': answer.headers.get('content-type')! })
          .end(await answer.text())
      },
    ).listen(0, '127.0.0.1')
    await new Promise(resolve => vendors.once('listening', resolve))
    const { port } = vendors.address() as AddressInfo
    writeFileSync(
      join(folder, 'hosts.cjs'),
      `const { globalAgent } = require('node:https')
      const { connect } = require('node:tls')
      globalAgent.createConnection = options =>
        connect({ ...options, servername: options.host, host: '127.0.0.1', port: ${port} })`,
    )
  })
  afterAll(async () => {
    await new Promise(resolve => vendors?.close(resolve))
    if (folder) rmSync(folder, { recursive: true })
  })

  /** What a script prints that runs where the vendors' hosts are ours. */
  async function runs(script: string, ...values: string[]): Promise<unknown> {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--require', join(folder, 'hosts.cjs'), '-e', script, ...values],
      { cwd: CLIENTS, env: { NODE_EXTRA_CA_CERTS: join(folder, 'certificate.pem') } },
    )
    return JSON.parse(stdout)
  }

  it('express-recaptcha passes a form with a pass, and refuses one without', async () => {
    expect(
      await runs(
        `const { RecaptchaV3 } = require('express-recaptcha')
        const [, key, secret, pass] = process.argv
        const { middleware } = new RecaptchaV3(key, secret, { callback: 'cb' })
        const verify = body => new Promise(resolve => {
          const request = { body }
          middleware.verify(request, {}, () => resolve(request.recaptcha))
        })
        verify({ 'g-recaptcha-response': pass }).then(async passed =>
          console.log(JSON.stringify([passed, await verify({})])))`,
        ...[publicKey, secret, await earn('recaptcha', 'login')],
      ),
    ).toEqual([
      { error: null, data: { hostname: 'www.example.org', score: 0.9, action: 'login' } },
      { error: 'invalid-input-response', data: null },
    ])
  })

  it('hcaptcha resolves with the verdict', async () => {
    expect(
      await runs(
        `const { verify } = require('hcaptcha')
        const [, key, secret, pass] = process.argv
        verify(secret, pass, '192.0.2.1', key).then(async passed =>
          console.log(JSON.stringify([passed, await verify(secret, pass)])))`,
        ...[publicKey, secret, await earn('hcaptcha')],
      ),
    ).toEqual([
      expect.objectContaining({ success: true, hostname: 'www.example.org', sitekey: publicKey, score: 0.1 }),
      { success: false, 'error-codes': ['invalid-or-already-seen-response'], sitekey: publicKey },
    ])
  })
})
