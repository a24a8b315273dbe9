import { CaptchaError } from '@upright/core'
import type { FastifyReply } from 'fastify'
import type { Site } from '../registry/registry.ts'
import { type Action, isShed } from './action.ts'
import type { Limits } from './limits.ts'
import type { Pressure } from './pressure.ts'
import type { Quota } from './quota.ts'

/** A request whose site is known. */
export interface Visit {
  site: Site
  action: Action
  /** The visitor's address; undefined where the site's own back end asks, which speaks for many visitors. */
  address?: string | undefined
}

/** Why somebody has to wait: they asked for too much of one thing, the site for too much of all, or everybody together. */
export type Refused = Action | 'quota' | 'load'

/** Who is let in, and who is to come back later. */
export interface Admission {
  /**
   * Lets a request in. Of one that a limit or a quota refuses the reply says for how long, in `Retry-After`.
   * @throws CaptchaError `overloaded`, `rate_limited`, `quota_exceeded`
   */
  enter(visit: Visit, reply: FastifyReply): Promise<void>
  /** Charges a wrong response to the rate limits. */
  failed(site: Site, address: string | undefined): void
}

/** What admission is made of. */
export interface AdmissionOptions {
  quota: Quota
  limits: Limits
  pressure: Pressure
  /** Called for each refused request. */
  onRefused?: (site: Site, why: Refused) => void
}

/** Made once: under a flood, writing down where each was made would take more time than anything else. */
const REFUSALS = {
  overloaded: new CaptchaError('overloaded'),
  rate_limited: new CaptchaError('rate_limited'),
  quota_exceeded: new CaptchaError('quota_exceeded'),
}
/** The pressure at which back ends have to wait, of whose visitors nobody knows which have asked for much; and at which all do. */
const SHED_AT = { backEnd: 5, visitor: 10 }

export function createAdmission({ quota, limits, pressure, onRefused }: AdmissionOptions): Admission {
  return {
    async enter({ site, action, address }, reply) {
      const { rate } = site.settings
      const refuse = (code: keyof typeof REFUSALS, why: Refused, wait?: number) => {
        onRefused?.(site, why)
        if (wait !== undefined) reply.header('retry-after', String(wait))
        return REFUSALS[code]
      }
      const level = isShed(action) ? pressure.level() : 0
      const most = address === undefined ? SHED_AT.backEnd : SHED_AT.visitor
      if (level >= most) throw refuse('overloaded', 'load')
      if (address !== undefined) {
        const wait = limits.take(site.id, address, action, rate, level)
        if (wait > 0) throw refuse('rate_limited', action, wait)
      }
      // Real clients let the visitor through on any status but 200. What others can use up must not refuse a
      // check.
      if (action === 'check') return
      // Last, so that a flood from some addresses does not use up what all share.
      const wait = await quota.take(site.id, site.settings.quota)
      if (wait > 0) throw refuse('quota_exceeded', 'quota', wait)
    },

    failed(site, address) {
      if (address !== undefined) limits.failed(site.id, address, site.settings.rate)
    },
  }
}
