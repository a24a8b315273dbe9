import type { Config } from '../../config.ts'
import type { DemoKeys } from './announce.ts'
import type { HeartbeatTimes } from './heartbeats.ts'
import { openServer, type Server } from './server.ts'
import { endAfter, onStopSignal } from './stop.ts'

/**
 * What a worker tells the process that watches over it: the demo site's keys when it made them, that it
 * listens, and from then on that its event loop turns.
 */
export type Told = { demo: DemoKeys } | { url: string } | { heartbeat: true }

/**
 * `upright serve` in one worker of several: serves until a signal, or the word of the process that watches
 * over it.
 */
export async function work(config: Config, { interval }: HeartbeatTimes): Promise<void> {
  const tell = (told: Told) => process.send!(told)
  const opening = openServer(config)
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
