import { CaptchaError } from '@upright/core'
import type { FastifyReply } from 'fastify'
import type { Site } from '../registry/registry.ts'
import type { Action } from './action.ts'
import type { Limits } from './limits.ts'
import type { Pressure } from './pressure.ts'
import type { Quota } from './quota.ts'

/** A request whose site is known. */
export interface Visit {
  site: Site
  /** What it wants; what is none of the three is neither limited nor put off. */
  action?: Action | undefined
  /** The visitor's address; undefined where the site's own back end asks, which speaks for many visitors. */
  address?: string | undefined
}

/** Why somebody has to wait: they asked for too much of one thing, the site for too much of all, or everybody together. */
export type Refused = Action | 'quota' | 'load'

/** Who is let in, and who is to come back later. */
export interface Admission {
  /**
   * Lets a request in; of one that has to wait the reply says for how long, in `Retry-After`.
   * @throws CaptchaError `overloaded`, `rate_limited`, `quota_exceeded`
   */
  enter(visit: Visit, reply: FastifyReply): Promise<void>
  /** Is told of a wrong response. */
  failed(site: Site, address: string | undefined): void
}

/** What admission is made of. */
export interface AdmissionOptions {
  quota: Quota
  limits: Limits
  pressure: Pressure
  /** Is told of everybody who has to wait. */
  onRefused?: (site: Site, why: Refused) => void
}

/** Made once: under a flood, writing down where each was made would take more time than anything else. */
const REFUSALS = {
  overloaded: new CaptchaError('overloaded'),
  rate_limited: new CaptchaError('rate_limited'),
  quota_exceeded: new CaptchaError('quota_exceeded'),
}
/** The pressure at which back ends have to wait, of whose visitors nobody knows which have asked for much; and at which all do. */
const TOO_MUCH = { backEnd: 5, visitor: 10 }
/** Seconds after which it is worth to come back to a process that has more to do than it can. */
const BREATH = 2

export function createAdmission({ quota, limits, pressure, onRefused }: AdmissionOptions): Admission {
  return {
    async enter({ site, action, address }, reply) {
      const { rate } = site.settings
      const refuse = (code: keyof typeof REFUSALS, why: Refused, wait: number) => {
        onRefused?.(site, why)
        reply.header('retry-after', String(wait))
        return REFUSALS[code]
      }
      // Checks come first: whoever has solved a challenge is let through, whatever others ask for.
      const level = action === undefined || action === 'check' ? 0 : pressure.level()
      const most = address === undefined ? TOO_MUCH.backEnd : TOO_MUCH.visitor
      if (level >= most) throw refuse('overloaded', 'load', BREATH)
      if (action !== undefined && address !== undefined) {
        const wait = limits.take(site.id, address, action, rate, level)
        if (wait > 0) throw refuse('rate_limited', action, wait)
      }
      // Last, so that a flood from some addresses does not use up what all share.
      const wait = await quota.take(site.id, site.settings.quota)
      if (wait > 0) throw refuse('quota_exceeded', 'quota', wait)
    },

    failed(site, address) {
      if (address !== undefined) limits.failed(site.id, address, site.settings.rate)
    },
  }
}
