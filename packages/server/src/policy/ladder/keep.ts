import type { Repeat } from '../../data-folder/repeat.ts'
import type { Registry } from '../../registry/registry.ts'
import type { Ladder } from './ladder.ts'
import { createSharing, type Exchange } from './sharing.ts'

/** Milliseconds between two times that the states of sites are stored. */
const STORE_INTERVAL_MS = 3_600_000

/** Options of `keepLadder`. */
export interface KeepOptions {
  ladder: Ladder
  registry: Pick<Registry, 'ladderStates' | 'storeLadder' | 'acquireLease' | 'sites'>
  /** Where other processes are told what was counted. @default there are none */
  place: Exchange | undefined
  /** Does something every second. */
  repeat: Repeat
}

/**
 * Takes up what the registry knows of the sites, keeps the ladder in step with other processes, and has one
 * of them all store the states once an hour. Gives what stores them at the end and stops the rest.
 */
export async function keepLadder({ ladder, registry, place, repeat }: KeepOptions): Promise<() => unknown> {
  ladder.restore(await registry.ladderStates())
  const sharing = place && createSharing(ladder, place)
  const stopSharing = sharing && repeat(sharing.tick)
  const store = async () => {
    try {
      await registry.storeLadder(ladder.stored())
    } catch {
      // The registry is away, which is reported as such; stored again an hour later.
    }
  }
  const timer = setInterval(async () => {
    try {
      ladder.keep(new Set((await registry.sites()).map(({ id }) => id)))
      if (await registry.acquireLease('ladder', STORE_INTERVAL_MS)) await store()
    } catch {
      // As above.
    }
  }, STORE_INTERVAL_MS).unref()
  return async () => {
    clearInterval(timer)
    stopSharing?.()
    // What others have not heard yet is in what is stored.
    await store()
  }
}
