import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { CaptchaError } from '@upright/core'
import type { FastifyInstance } from 'fastify'
import { createApp } from '../app.ts'
import { type Config, readConfig, withFlags } from '../config.ts'
import { openService } from '../open.ts'
import type { SiteWithSecret } from '../registry/registry.ts'
import type { Service } from '../service.ts'
import { readArguments } from './arguments.ts'
import { columns, print } from './print.ts'

/** Milliseconds that requests under way have to end, once the server was asked to. Browsers keep sockets open for no request. */
const GRACE = 2000

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
    setTimeout(() => app.server.closeAllConnections(), GRACE).unref()
    await app.close()
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

function listenError(error: unknown, host: string, port: number): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EADDRINUSE') {
    return new CaptchaError(
      'port_in_use',
      `${host}:${port}; stop what runs there, or choose another with --port`,
      {
        cause: error,
      },
    )
  }
  if (code === 'EACCES') {
    return new CaptchaError(
      'config_invalid',
      `port ${port} needs more rights: choose one above 1023 with --port`,
      {
        cause: error,
      },
    )
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new CaptchaError('config_invalid', `HOST "${host}" is no address of this machine`, {
      cause: error,
    })
  }
  return error
}

/** Ends on the first signal when requests under way have ended, on the second at once. */
function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false
  const onSignal = () => {
    if (stopping) process.exit(1)
    stopping = true
    stop().then(
      () => process.exit(0),
      error => {
        process.stderr.write(`upright: ${error instanceof Error ? error.message : error}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}
