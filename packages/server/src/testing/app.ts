import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { styleNamed } from '@upright/core'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { type AppOptions, createApp } from '../app.ts'
import { type Config, readConfig } from '../config.ts'
import { inFolder } from '../data-folder/folder.ts'
import { type Files, readFiles } from '../http/files.ts'
import { openService } from '../open.ts'
import type { Site } from '../registry/registry.ts'
import type { SiteSettings } from '../registry/settings.ts'
import { sqliteTables } from '../registry/sqlite.ts'
import type { Service } from '../service.ts'
import { repeats } from './repeats.ts'

/** A whole service over a folder of its own, with a clock that stands still: for tests. */
export interface TestApp {
  app: FastifyInstance
  service: Service
  site: Site
  secret: string
  /** Log lines so far, one object a line. */
  logs: Record<string, unknown>[]
  /** Lines for the operator so far. */
  warnings: string[]
  /** How far behind the service takes itself to be, 0 at first. */
  pressure: { value: number }
  /** Moves the clock on by this many seconds. */
  pass(seconds: number): void
  /** Has the service look at its files, as it does every second. */
  look(): void
  /** Calls a path of v2 as the site, with its secret as the key. */
  call(path: string, options?: InjectOptions): Promise<LightMyRequestResponse>
  /** A new captcha of the site and its answer, without asking the server. */
  captcha(style?: string): { uuid: string; code: string }
  validate(uuid: string, code: string): Promise<string>
  close(): Promise<void>
}

export const V2 = '/piste/captchetat/v2'

// All tests of a process share both: to read files and to make tables takes longer than most tests.
let builtFiles: Files | undefined
let emptyRegistry: Promise<Buffer> | undefined

/** The file of a registry without rows. */
async function makeRegistry(): Promise<Buffer> {
  const data = await mkdtemp(join(tmpdir(), 'upright-registry-'))
  const file = inFolder(data).registry
  await (await sqliteTables(file)).close()
  const bytes = await readFile(file)
  await rm(data, { recursive: true })
  return bytes
}

/** Starts a test app with one site of these settings beside the demo site. */
export async function testApp(
  settings: Partial<SiteSettings> = {},
  config: Partial<Config> = {},
  options: Pick<AppOptions, 'files' | 'dialects'> = {},
): Promise<TestApp> {
  const data = await mkdtemp(join(tmpdir(), 'upright-app-'))
  emptyRegistry ??= makeRegistry()
  await writeFile(inFolder(data).registry, await emptyRegistry, { mode: 0o600 })
  let time = 1_800_000_000_000
  const now = () => time
  // No animals: a test brings those that it is about.
  const starter = async () => []
  const warnings: string[] = []
  const { repeat, pass: look } = repeats()
  const service = await openService(
    { ...readConfig(data, { LOG_LEVEL: 'warn' }), ...config },
    { now, monotonic: now, starter, repeat, warn: line => warnings.push(line) },
  )
  const { site, secret } = await service.registry.addSite('Test', settings)
  const logs: Record<string, unknown>[] = []
  const log = { write: (line: string) => void logs.push(JSON.parse(line)) }
  const pressure = { value: 0, level: () => pressure.value, stop: () => {} }
  builtFiles ??= readFiles()
  const app = createApp(service, { log, pressure, files: builtFiles, ...options })

  const call: TestApp['call'] = (path, options = {}) =>
    app.inject({ url: V2 + path, ...options, headers: { keyid: secret, ...options.headers } })
  return {
    app,
    service,
    site,
    secret,
    logs,
    pressure,
    warnings,
    pass: seconds => {
      time += seconds * 1000
    },
    look,
    call,
    captcha(style = 'captchaFR') {
      const uuid = service.captcha.issue(site.id, styleNamed(style)!)
      return { uuid, code: service.captcha.open(uuid)!.answer }
    },
    validate: async (uuid, code) =>
      (await call('/valider-captcha', { method: 'POST', payload: { uuid, code } })).body,
    async close() {
      await app.close()
      await service.close()
      await rm(data, { recursive: true })
    },
  }
}

/**
 * Every route that an app has, as `GET /path/{parameter}`, from Fastify's own list: a tree of "prefix
 * (METHOD, METHOD)" lines.
 */
export function routesOf(app: FastifyInstance): string[] {
  const path: string[] = []
  return app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap(line => {
      const [, indent, part, methods] = /^([│ ]*)[├└]── ([^ ]*)(?: \((.*)\))?$/.exec(line) ?? []
      if (indent === undefined) return []
      path.splice(indent.length / 4, path.length, part!)
      return (methods?.split(', ') ?? []).map(method => `${method} ${path.join('')}`)
    })
    .map(route => {
      // The tree leaves out what comes before a star.
      if (route.includes('/*') && !app.hasRoute({ method: 'GET', url: '/assets/*' })) return route
      return route.replace('/*', '/assets/{path}').replace(/:(\w+)/g, '{$1}')
    })
}
