import { type Config, readConfig, withFlags } from '../../config.ts'
import { readArguments } from '../arguments.ts'
import { announce } from './announce.ts'
import { HEARTBEAT_TIMES_MS } from './heartbeats.ts'
import { type ShownMetrics, showMetrics } from './listen.ts'
import { stopOnSignal } from './stop.ts'

/** `upright serve`: runs the service until a signal asks it to stop. */
export async function run(args: string[], heartbeats = HEARTBEAT_TIMES_MS): Promise<unknown> {
  const { values } = readArguments(args, { port: { type: 'string' }, host: { type: 'string' } })
  const config = withFlags(readConfig(values.data), values)
  if (config.workers === 1) return serveAlone(config, values.json)
  const { default: cluster } = await import('node:cluster')
  if (cluster.isPrimary) return (await import('./workers.ts')).watch(config, values.json, heartbeats)
  return (await import('./worker.ts')).work(config, heartbeats)
}

/** The service in this one process. */
async function serveAlone(config: Config, json: boolean | undefined): Promise<void> {
  // Loaded here, as a process that only watches over workers needs none of it.
  const { openServer } = await import('./server.ts')
  const server = await openServer(config)
  let metrics: ShownMetrics | undefined
  const stop = async () => {
    await server.stop()
    await metrics?.close()
  }
  stopOnSignal(stop)
  let url: string | undefined
  try {
    metrics = await showMetrics(config, server.metrics)
    url = await server.listen()
  } finally {
    // Also when listening failed: the demo site's secret is known now and never again.
    if (url || server.demo) {
      announce({ url, metrics: metrics?.url, data: config.data, pages: config.demo, demo: server.demo, json })
    }
    if (!url) await stop()
  }
}
