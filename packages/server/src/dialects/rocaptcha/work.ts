import { nativeWork, type Verdict, workResponse } from '@upright/core'
import { priceOf } from '../../policy/price.ts'
import type { Site } from '../../registry/registry.ts'
import type { DialectContext } from '../dialect.ts'
import { NATIVE_WORK, workFor } from '../work.ts'
import type { OfferedWork } from './wire.ts'

/** Work of a site, as it was sent back. */
export interface DoneWork {
  id: string
  /** The highest rung that it is enough for, 1 … 3. */
  rung: number
  /** Seconds since 1970. */
  time: number
}

/** Work that the protocol does not require, which lifts the rate limit of those who do it. */
export interface Works {
  /** New work for the visitors of a site on a rung; on rung 0 it is that of rung 1. Writes nothing. */
  offer(site: Site, rung: number): OfferedWork
  /** The work of an id; undefined where that is none of the site, or cheaper than this dialect asks for. */
  read(site: Site, id: string): DoneWork | undefined
  /** Whether work was spent before, as far as the ledger can be asked. Takes nothing from anybody. */
  isSpent(site: Site, done: DoneWork): Promise<boolean>
  /**
   * Checks a solution, a counter for each puzzle and commas between them, and spends the work: `passed` once.
   */
  check(site: Site, done: DoneWork, solution: string): Promise<Verdict>
}

/** Half the tries of our own API's: a visitor has a challenge to answer beside it. */
const SHAPE = { beside: true }

export function createWorks({ captcha }: Pick<DialectContext, 'captcha'>): Works {
  const workOn = ({ settings }: Site, rung: number) =>
    workFor(settings, 'native', NATIVE_WORK, Math.max(1, rung))
  const priceOn = (site: Site, rung: number) => {
    const { style, level } = workOn(site, rung)
    return priceOf({ style: style.name, level })
  }

  return {
    offer(site, rung) {
      const { style, level } = workOn(site, rung)
      const id = captcha.issue(site.id, style, level)
      const { answer } = captcha.open(id)!
      return { id, ...nativeWork({ settings: style.settings, answer, level }, SHAPE) }
    },

    read(site, id) {
      const challenge = captcha.open(id)
      if (challenge?.site !== site.id || challenge.style.kind !== 'work') return undefined
      const paid = priceOf({ style: challenge.style.name, level: challenge.level! })
      const rung = [3, 2, 1].find(rung => paid >= priceOn(site, rung))
      return rung === undefined ? undefined : { id: challenge.id, rung, time: challenge.issued }
    },

    isSpent: async (site, { id }) => (await captcha.outcome(site, id).catch(() => undefined)) !== undefined,
    check: (site, { id }, solution) => captcha.check(site, id, workResponse('native-beside', solution)),
  }
}
