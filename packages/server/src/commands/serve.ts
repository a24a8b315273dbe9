import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { createApp } from '../app.ts'
import { type Config, readConfig, withFlags } from '../config.ts'
import { openService } from '../open.ts'
import type { SiteWithSecret } from '../registry/registry.ts'
import type { Service } from '../service.ts'
import { readArguments } from './arguments.ts'
import { closeApp, listenError, stopOnSignal } from './listen.ts'
import { columns, print } from './print.ts'

/** `upright serve`: runs the service until SIGTERM or SIGINT. */
export async function run(args: string[]): Promise<void> {
  const { values } = readArguments(args, { port: { type: 'string' }, host: { type: 'string' } })
  const config = withFlags(readConfig(values.data), values)
  let warn = (line: string) => {
    process.stderr.write(`upright: ${line}\n`)
  }
  const service = await openService(config, { warn: line => warn(line) })
  // The log goes to stderr: stdout holds what this command has to tell.
  const app = createApp(service, { log: process.stderr })
  warn = line => app.log.warn(line)
  const stop = async () => {
    await closeApp(app)
    await service.close()
  }
  stopOnSignal(stop)
  let url: string | undefined
  try {
    await listenQuietly(app, config)
    url = urlOf(config.host, app.server.address() as AddressInfo)
  } catch (error) {
    throw listenError(error, config.host, config.port)
  } finally {
    // Also when listening failed: the demo site's secret is known now and never again.
    if (url || service.demo) announce(service, url, values.json)
    if (!url) await stop()
  }
}

/** Listens without Fastify's own line about it. */
async function listenQuietly(app: FastifyInstance, { port, host }: Config): Promise<void> {
  const { level } = app.log
  app.log.level = 'warn'
  try {
    await app.listen({ port, host })
  } finally {
    app.log.level = level
  }
}

function announce(
  { config, demo, version }: Service,
  url: string | undefined,
  json: boolean | undefined,
): void {
  const data = resolve(config.data)
  if (json) {
    print(JSON.stringify({ url: url ?? null, data, demo: demo ? keysOf(demo) : null }))
    return
  }
  const rows: [string, string][] = []
  if (url) rows.push(['try it', `${url}/`], ['reference', `${url}/docs`])
  rows.push(['data', data])
  if (demo) {
    const { publicKey, secret } = keysOf(demo)
    rows.push(['demo public key', publicKey], ['demo secret', `${secret}  (shown this once)`])
  }
  print(`Upright ${version}${url ? ` listens on ${url}` : ''}`)
  print(columns(rows.map(([name, value]) => [`  ${name}`, value])))
}

const keysOf = ({ site: { publicKey }, secret }: SiteWithSecret) => ({ publicKey, secret })

/** Where a browser on this machine finds the server. */
function urlOf(host: string, { port }: AddressInfo): string {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? 'localhost' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}
