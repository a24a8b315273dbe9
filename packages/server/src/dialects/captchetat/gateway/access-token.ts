import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import { CLOCK_SKEW_SECONDS, type KeyRing } from '@upright/core'
import type { Sites } from '../../../http/sites.ts'
import type { Site } from '../../../registry/registry.ts'
import { allScopes, type Scope } from './scopes.ts'

/** Seconds an access token is good for. */
export const TOKEN_LIFETIME = 3600
/** Seconds for which an expired token is known as one, so that made-up tokens do not reach the registry. */
const EXPIRED_KNOWN_SECONDS = 24 * 3600
/** Verified tokens remembered at the most. */
const MAX_CACHED_TOKENS = 10_000

/** Grant of an access token. */
interface Grant {
  site: Site
  scopes: readonly Scope[]
}

/**
 * Access tokens that nothing stores: 64 letters and digits, one encrypted block (site, expiry, scopes,
 * randomness) and its authentication code. The code is bound to the site's secret, so that a new secret ends
 * every token of the old.
 */
export interface AccessTokens {
  issue(site: Site, scopes: readonly Scope[]): string
  /** The grant of a token; `expired` for a day after its end, undefined when it is forged or revoked. */
  verify(token: string): Promise<Grant | 'expired' | undefined>
}

export interface AccessTokenOptions {
  /** The keys of a label and a length in bytes: the first makes, and each is accepted. */
  keys: (label: string, length: number) => KeyRing
  sites: Sites
  /** Milliseconds since 1970. */
  now: () => number
  random: (n: number) => Uint8Array
}

/** Access tokens under keys of master secrets. */
export function createAccessTokens(options: AccessTokenOptions): AccessTokens {
  const { keys, sites, now, random } = options
  const blockKeys = keys('token', 16)
  const codeKeys = keys('token-code', 32)
  const seconds = () => Math.floor(now() / 1000)
  const codeOf = (key: Uint8Array, block: Uint8Array, { secretHash }: Site) =>
    createHmac('sha256', key).update(block).update(secretHash).digest().subarray(0, 16)

  interface Read {
    site: number
    expires: number
    scopes: readonly Scope[]
    secretHash: string
  }
  /** Tokens found good before. Of each the expiry and the site's secret are looked at again every time. */
  const verified = new Map<string, Read>()
  const plausible = (expires: number, time: number) =>
    expires > time - EXPIRED_KNOWN_SECONDS && expires <= time + TOKEN_LIFETIME + CLOCK_SKEW_SECONDS

  const read = async (token: string): Promise<Read | undefined> => {
    if (!/^[0-9a-f]{64}$/.test(token)) return undefined
    const bytes = Buffer.from(token, 'hex')
    const [block, code] = [bytes.subarray(0, 16), bytes.subarray(16)]
    for (const [i, key] of blockKeys.entries()) {
      const plain = open(key, block)
      // A made-up token opens to random bytes: one in 47,000 has a plausible expiry and reaches the registry.
      if (!plausible(plain.expires, seconds())) continue
      const site = await sites.byId(plain.site)
      if (site && timingSafeEqual(code, codeOf(codeKeys[i]!, block, site))) {
        return { ...plain, secretHash: site.secretHash }
      }
    }
    return undefined
  }

  return {
    issue(site, scopes) {
      const plain = Buffer.alloc(16)
      plain.writeUIntBE(site.id, 0, 3)
      plain.writeUInt32BE(seconds() + TOKEN_LIFETIME, 3)
      plain.writeUInt8(
        scopes.reduce((bits, scope) => bits | (1 << allScopes.indexOf(scope)), 0),
        7,
      )
      plain.set(random(8), 8)
      const cipher = createCipheriv('aes-128-ecb', blockKeys[0], null).setAutoPadding(false)
      const block = cipher.update(plain)
      return Buffer.concat([block, codeOf(codeKeys[0], block, site)]).toString('hex')
    },

    async verify(token) {
      let known = verified.get(token)
      if (!known) {
        known = await read(token)
        if (!known) return undefined
        if (verified.size >= MAX_CACHED_TOKENS) verified.clear()
        verified.set(token, known)
      }
      const time = seconds()
      const site = plausible(known.expires, time) ? await sites.byId(known.site) : undefined
      if (site?.secretHash === known.secretHash) {
        return known.expires > time ? { site, scopes: known.scopes } : 'expired'
      }
      verified.delete(token)
      return undefined
    },
  }
}

function open(key: Uint8Array, block: Uint8Array) {
  const plain = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(block)
  const bits = plain.readUInt8(7)
  return {
    site: plain.readUIntBE(0, 3),
    expires: plain.readUInt32BE(3),
    scopes: allScopes.filter((_, i) => bits & (1 << i)),
  }
}
