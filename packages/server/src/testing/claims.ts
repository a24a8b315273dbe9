import { CaptchaError, type Ledger } from '@upright/core'

/**
 * Result of claims that were made without a pause: how often each key was told to be the first, and how many
 * calls were refused before the last round.
 */
export interface Claimed {
  told: Map<string, number>
  refused: number
}

/**
 * Claims new keys through all ledgers without a pause until `stop` is called, which claims every key once
 * more through each. A call that is refused must say `unavailable`; with any other error `stop` rejects.
 */
export function claimWithoutPause(ledgers: readonly Ledger[]): { stop(): Promise<Claimed> } {
  const told = new Map<string, number>()
  let refused = 0
  let running = true
  const claim = async (ledger: Ledger, key: string) => {
    try {
      if ((await ledger.claim(key, 600, 'x')) === undefined) told.set(key, (told.get(key) ?? 0) + 1)
    } catch (error) {
      if (!(error instanceof CaptchaError && error.code === 'unavailable')) throw error
      refused++
    }
  }
  const load = Promise.all(
    ledgers.map(async (ledger, n) => {
      for (let i = 0; running; i++) {
        await Promise.all(Array.from({ length: 20 }, (_, k) => claim(ledger, `failover ${n} ${i} ${k}`)))
        await new Promise(setImmediate)
      }
    }),
  )
  // Told by `stop`.
  load.catch(() => {})
  return {
    async stop() {
      running = false
      await load
      const meanwhile = refused
      await Promise.all([...told.keys()].flatMap(key => ledgers.map(ledger => claim(ledger, key))))
      return { told, refused: meanwhile }
    },
  }
}
