import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { createApp } from '../../app.ts'
import type { Config } from '../../config.ts'
import { openService } from '../../open.ts'
import type { Exchange } from '../../policy/ladder/sharing.ts'
import type { DemoKeys } from './announce.ts'
import { listenError, urlOf } from './listen.ts'
import { closeApp } from './stop.ts'

/** The service of one process, with the server in front of it. */
export interface Server {
  /** At the one start that made the demo site. */
  demo: DemoKeys | undefined
  /** The figures of this process, where the configuration wants them. */
  metrics(): Promise<string>
  /**
   * Listens, and gives the address for a browser on this machine.
   * @throws CaptchaError `port_in_use`, `config_invalid`
   */
  listen(): Promise<string>
  /** Ends in peace: readiness falls, requests under way end, and what was counted is written down. */
  stop(): Promise<void>
}

/**
 * Opens the service over a configuration; it listens when it is told to. `workers` is where the workers of
 * this machine tell each other what they have counted.
 * @throws CaptchaError as `openService`
 */
export async function openServer(config: Config, workers?: Exchange): Promise<Server> {
  let warn = (line: string) => {
    process.stderr.write(`upright: ${line}\n`)
  }
  const service = await openService(config, { warn: line => warn(line), ...(workers && { workers }) })
  // The log goes to stderr: stdout holds what the command has to tell.
  const app = createApp(service, { log: process.stderr })
  warn = line => app.log.warn(line)
  const { demo, stopping } = service

  return {
    demo: demo && { publicKey: demo.site.publicKey, secret: demo.secret },
    metrics: async () => service.metrics?.render() ?? '',
    async listen() {
      try {
        await listenQuietly(app, config)
      } catch (error) {
        throw listenError(error, config.host, config.port)
      }
      return urlOf(config.host, (app.server.address() as AddressInfo).port)
    },
    async stop() {
      stopping.abort()
      // A server that does not listen has nobody to warn.
      await closeApp(app, app.server.listening ? config.drainSeconds * 1000 : 0)
      await service.close()
    },
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
