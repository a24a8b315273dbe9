import { setTimeout as sleep } from 'node:timers/promises'
import { CaptchaError, type Ledger } from '@upright/core'
import { until } from './until.ts'

/** Milliseconds after a round of claims that was refused: to ask at once would only keep processors busy. */
const REFUSED_PAUSE_MS = 5

/**
 * Result of claims that were made without a pause: how often each key was told to be the first, and how many
 * calls were refused before the last round.
 */
export interface Claimed {
  told: Map<string, number>
  refused: number
}

/** Claims that are being made. */
export interface Claims {
  /** Resolves when more than a hundred keys from now on were told to be the first. */
  goneOn(): Promise<void>
  /** Claims every key once more through each ledger. */
  stop(): Promise<Claimed>
}

/** Claims of one round through one ledger, and keys that are claimed once more at a time. */
const ROUND = 20
const LAST_ROUND = 200

/**
 * Claims new keys through all ledgers, without a pause where claims are answered, until `stop` is called. A
 * call that is refused must say `unavailable`; with any other error `stop` rejects.
 */
export function claimWithoutPause(ledgers: readonly Ledger[]): Claims {
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
        const before = refused
        await Promise.all(Array.from({ length: ROUND }, (_, k) => claim(ledger, `failover ${n} ${i} ${k}`)))
        await (refused > before ? sleep(REFUSED_PAUSE_MS) : new Promise(setImmediate))
      }
    }),
  )
  let failed = false
  // Told by `stop`.
  load.catch(() => {
    failed = true
  })
  return {
    goneOn() {
      const { size } = told
      return until(async () => failed || told.size > size + 100)
    },
    async stop() {
      running = false
      await load
      const meanwhile = refused
      await claimAgain(ledgers, told.keys(), claim)
      return { told, refused: meanwhile }
    },
  }
}

/**
 * Claims keys through each ledger, some at a time: of all at once, the last ones would wait for longer than a
 * ledger does.
 */
export async function claimAgain(
  ledgers: readonly Ledger[],
  keys: Iterable<string>,
  claim: (ledger: Ledger, key: string) => Promise<void>,
): Promise<void> {
  const left = [...keys]
  while (left.length > 0) {
    const some = left.splice(-LAST_ROUND)
    await Promise.all(some.flatMap(key => ledgers.map(ledger => claim(ledger, key))))
  }
}
