import type { Config } from '../../config.ts'
import type { Report } from '../../policy/ladder/ladder.ts'
import type { Exchange, Exchanged } from '../../policy/ladder/sharing.ts'
import type { DemoKeys } from './announce.ts'
import type { HeartbeatTimes } from './heartbeats.ts'
import { openServer, type Server } from './server.ts'
import { endAfter, onStopSignal } from './stop.ts'

/** Milliseconds after which the process that watches over the workers is taken to be busy. */
const EXCHANGE_TIMEOUT_MS = 5000

/** The exchange through the process that watches over the workers. */
function createExchange(): Exchange {
  return {
    exchange: own =>
      new Promise((resolve, reject) => {
        const end = () => {
          clearTimeout(timeout)
          process.off('message', onMessage)
        }
        const onMessage = (message: unknown) => {
          if (typeof message !== 'object' || message === null || !('exchanged' in message)) return
          end()
          resolve((message as Heard).exchanged)
        }
        const timeout = setTimeout(() => {
          end()
          reject(new Error('the process that watches over the workers does not answer'))
        }, EXCHANGE_TIMEOUT_MS)
        process.on('message', onMessage)
        // Who has gone need not hear it.
        process.send!({ counted: [...own] } satisfies Told, undefined, undefined, () => {})
      }),
  }
}

/**
 * What a worker tells the process that watches over it: the demo site's keys when it made them, that it
 * listens, from then on that its event loop turns, and what the ladder has counted.
 */
export type Told = { demo: DemoKeys } | { url: string } | { heartbeat: true } | { counted: Report[] }

/** What that process answers when a worker told what it has counted. */
export interface Heard {
  exchanged: Exchanged
}

/**
 * `upright serve` in one worker of several: serves until a signal, or the word of the process that watches
 * over it.
 */
export async function work(config: Config, { interval }: HeartbeatTimes): Promise<void> {
  const tell = (told: Told) => process.send!(told)
  const opening = openServer(config, createExchange())
  let ending = false
  const end = () => {
    // Ctrl-C in a terminal comes as a signal and as a message: the one who counts signals is the other
    // process.
    if (ending) return
    ending = true
    endAfter(
      opening.then(
        server => server.stop(),
        // Said below; there is nothing to stop.
        () => {},
      ),
    )
  }
  onStopSignal(end)
  process.on('message', message => {
    // Others ask for metrics.
    if (message === 'stop') end()
  })
  let server: Server | undefined
  try {
    server = await opening
    if (server.demo) tell({ demo: server.demo })
    tell({ url: await server.listen() })
    const heartbeat: Told = { heartbeat: true }
    // From the event loop: one that hangs sends none. Who has gone need not hear it.
    setInterval(() => process.send!(heartbeat, undefined, undefined, () => {}), interval).unref()
  } catch (error) {
    if (!ending) await server?.stop()
    // Nothing else keeps this process from ending with the error.
    process.channel?.unref()
    throw error
  }
}
