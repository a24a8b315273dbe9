import { CaptchaError } from '@upright/core'
import type { FastifyReply } from 'fastify'
import type { Site } from '../registry/registry.ts'
import { type Action, isShed } from './action.ts'
import type { Limits } from './limits.ts'
import type { Pressure } from './pressure.ts'
import type { Quota } from './quota.ts'

/** A request for a known site. */
export interface Visit {
  site: Site
  action: Action
  /** The visitor's address; undefined for requests of the site's back end, which asks for many visitors. */
  address?: string | undefined
  /** Requests that this one counts as in the rate limits of the visitor's network. @default 1 */
  count?: number
}

/** Reason of a refusal: the rate limit of an action, the quota of the site, or load shedding. */
export type Refused = Action | 'quota' | 'load'

/** Admission control: rate limits, quotas and load shedding. */
export interface Admission {
  /**
   * Admits a request or throws. For a rate limit or a quota it sets `Retry-After`.
   * @throws CaptchaError `overloaded`, `rate_limited`, `quota_exceeded`
   */
  enter(visit: Visit, reply: FastifyReply): Promise<void>
  /** Charges a wrong response to the rate limits. */
  failed(site: Site, address: string | undefined): void
}

/** Options of `createAdmission`. */
export interface AdmissionOptions {
  quota: Quota
  limits: Limits
  pressure: Pressure
  /** Called for each refused request. */
  onRefused?: (site: Site, why: Refused) => void
}

/**
 * Errors made once: under a flood, capturing a stack trace for each would take more time than anything else.
 */
const REFUSALS = {
  overloaded: new CaptchaError('overloaded'),
  rate_limited: new CaptchaError('rate_limited'),
  quota_exceeded: new CaptchaError('quota_exceeded'),
}
/**
 * Load shedding: the pressure at which requests of back ends are refused, and at which all are. Visitors have
 * rate limits before that.
 */
const SHED_AT = { backEnd: 5, visitor: 10 }

export function createAdmission({ quota, limits, pressure, onRefused }: AdmissionOptions): Admission {
  return {
    async enter({ site, action, address, count = 1 }, reply) {
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
        const wait = limits.take(site.id, address, action, rate, { pressure: level, count })
        if (wait > 0) throw refuse('rate_limited', action, wait)
      }
      // Some clients accept the visitor on any status but 200. What others can use up must not refuse a
      // check.
      if (action === 'check') return
      // Last, so that a flood from some addresses does not use up the shared quota.
      const wait = await quota.take(site.id, site.settings.quota)
      if (wait > 0) throw refuse('quota_exceeded', 'quota', wait)
    },

    failed(site, address) {
      if (address !== undefined) limits.failed(site.id, address, site.settings.rate)
    },
  }
}
