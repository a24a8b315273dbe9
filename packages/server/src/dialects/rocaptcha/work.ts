import { nativeWork, workResponse } from '@upright/core'
import { priceOf } from '../../policy/price.ts'
import type { Site } from '../../registry/registry.ts'
import type { DialectContext } from '../dialect.ts'
import { NATIVE_WORK, workFor } from '../work.ts'
import type { OfferedWork } from './wire.ts'

/** Work that a browser has done. */
export interface DoneWork {
  id: string
  /** A counter for each puzzle, separated by commas; empty where it could not be solved. */
  solution: string
  /** Admits the check of work that is this site's: it is not free. What it throws is thrown. */
  enter(): Promise<void>
}

/** Work that the protocol does not require, which lifts the rate limit of those who do it. */
export interface Works {
  /** New work for the visitors of a site on a rung; on rung 0 it is that of rung 1. Writes nothing. */
  offer(site: Site, rung: number): OfferedWork
  /** What the work of a rung costs an attacker in CPU seconds. */
  price(site: Site, rung: number): number
  /** Spends work. Resolves with its price, as `price` gives it; 0 for what is wrong, spent or no work. */
  redeem(site: Site, done: DoneWork): Promise<number>
}

/** Half the tries of our own API's: a visitor has a challenge to answer beside it. */
const SHAPE = { beside: true }

export function createWorks({ captcha }: Pick<DialectContext, 'captcha'>): Works {
  const workOn = ({ settings }: Site, rung: number) =>
    workFor(settings, 'native', NATIVE_WORK, Math.max(1, rung))
  const price: Works['price'] = (site, rung) => {
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

    price,

    async redeem(site, { id, solution, enter }) {
      const challenge = solution === '' ? undefined : captcha.open(id)
      if (challenge?.site !== site.id || challenge.style.kind !== 'work') return 0
      const paid = priceOf({ style: challenge.style.name, level: challenge.level! })
      // Work of another dialect, which asks for less.
      if (paid < price(site, 1)) return 0
      await enter()
      const verdict = await captcha.check(site, id, workResponse('native-beside', solution))
      return verdict === 'passed' ? paid : 0
    },
  }
}
