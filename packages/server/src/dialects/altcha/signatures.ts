import { createHmac, timingSafeEqual } from 'node:crypto'
import type { KeyRing } from '@upright/core'
import { ALTCHA_KEY_LABEL, openAltchaKey, SEALING_KEY_BYTES } from '../../registry/altcha-key.ts'
import type { Site } from '../../registry/registry.ts'

/**
 * Whose key signed something: `own` is ours alone; `shared` is the site's, with which its plug-ins can sign
 * anything as well.
 */
export type Signer = 'own' | 'shared'

/** Signatures under our own keys, and under those that sites share with their plug-ins. */
export interface Signatures {
  /** Whether a site has a key for plug-ins. */
  isShared(site: Site): boolean
  /** Signs with one of the two keys: 64 hexadecimal digits. */
  sign(site: Site, signer: Signer, content: string | Buffer): string
  /** Whose key made a signature; undefined when neither did. */
  signerOf(site: Site, content: string | Buffer, signature: string): Signer | undefined
}

const SIGNATURE = /^[0-9a-f]{64}$/

/** HMAC-SHA-256. */
export const hmac = (key: string | Uint8Array, content: string | Buffer): Buffer =>
  createHmac('sha256', key).update(content).digest()

export function createSignatures(keys: (label: string, bytes: number) => KeyRing): Signatures {
  const own = keys('altcha-challenge', 32)
  const ring = keys(ALTCHA_KEY_LABEL, SEALING_KEY_BYTES)
  const sharedOf = (site: Site) => openAltchaKey(ring, site)?.key

  return {
    isShared: site => sharedOf(site) !== undefined,

    sign: (site, signer, content) =>
      hmac((signer === 'shared' && sharedOf(site)) || own[0], content).toString('hex'),

    signerOf(site, content, signature) {
      if (!SIGNATURE.test(signature)) return undefined
      const given = Buffer.from(signature, 'hex')
      const made = (key: string | Uint8Array) => timingSafeEqual(hmac(key, content), given)
      if (own.some(made)) return 'own'
      const shared = sharedOf(site)
      return shared !== undefined && made(shared) ? 'shared' : undefined
    },
  }
}
