import { createCipheriv, createDecipheriv } from 'node:crypto'
import { CaptchaError, type KeyRing, keyRing, type Secrets } from '@upright/core'
import type { Registry, Site } from './registry.ts'

/**
 * The HMAC key that a site shares with plug-ins of ALTCHA, which verify by themselves. A hash would not do,
 * for challenges are signed with it. So it is kept encrypted with AES-256-GCM, under a key that is derived
 * from the master secret.
 */
export interface AltchaKey {
  /** 64 hexadecimal digits: as a text, they are the key. */
  key: string
  /** Whether it was sealed with the master secret that makes. */
  current: boolean
}

/** Sources of new keys. */
export interface AltchaKeyOptions {
  registry: Pick<Registry, 'setAltchaKey'>
  /** See `altchaKeyRing`. */
  ring: KeyRing
  /** n fresh random bytes, from a cryptographic source. */
  random: (n: number) => Buffer
}

/** Label of the keys that seal, and their bytes. */
export const ALTCHA_KEY_LABEL = 'altcha-key'
export const SEALING_KEY_BYTES = 32
const CIPHER = 'aes-256-gcm'
/** Bytes of a key, of the initialization vector before it and of the tag behind it. */
const [KEY_BYTES, IV_BYTES, TAG_BYTES] = [32, 12, 16]

/** The keys that seal: that of the secret which makes first, then those accepted beside it. */
export const altchaKeyRing = (secrets: Secrets): KeyRing =>
  keyRing(secrets, ALTCHA_KEY_LABEL, SEALING_KEY_BYTES)

/** The site goes into the tag: a sealed key of one site does not open as another's. */
const boundTo = ({ id }: Pick<Site, 'id'>) => Buffer.from(`site ${id}`)

function seal({ ring: [sealing], random }: AltchaKeyOptions, site: Pick<Site, 'id'>, key: Buffer): string {
  const iv = random(IV_BYTES)
  const cipher = createCipheriv(CIPHER, sealing, iv).setAAD(boundTo(site))
  return Buffer.concat([iv, cipher.update(key), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

/** The key of a site; undefined where it has none, or none that opens. */
export function openAltchaKey(ring: KeyRing, site: Pick<Site, 'id' | 'altchaKey'>): AltchaKey | undefined {
  const bytes = Buffer.from(site.altchaKey ?? '', 'base64url')
  if (bytes.length !== IV_BYTES + KEY_BYTES + TAG_BYTES) return undefined
  const iv = bytes.subarray(0, IV_BYTES)
  for (const [i, sealing] of ring.entries()) {
    const decipher = createDecipheriv(CIPHER, sealing, iv)
      .setAAD(boundTo(site))
      .setAuthTag(bytes.subarray(-TAG_BYTES))
    try {
      const key = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()])
      return { key: key.toString('hex'), current: i === 0 }
    } catch {
      // Sealed under another secret.
    }
  }
  return undefined
}

/** Seals a key for a site, and gives the one that the site has then: another process may have been first. */
async function put(options: AltchaKeyOptions, site: Site, key: Buffer): Promise<string> {
  const after = await options.registry.setAltchaKey(site.id, site.altchaKey, seal(options, site, key))
  return keyOf(options.ring, after)
}

function keyOf(ring: KeyRing, site: Site): string {
  const opened = openAltchaKey(ring, site)
  if (opened) return opened.key
  throw new CaptchaError('key_unreadable', `upright site rotate ${site.id} --altcha makes another`)
}

/**
 * The key of a site, which is made when it has none. @throws CaptchaError `site_unknown`, `key_unreadable`
 */
export const altchaKeyOf = async (options: AltchaKeyOptions, site: Site): Promise<string> =>
  site.altchaKey === null ? put(options, site, options.random(KEY_BYTES)) : keyOf(options.ring, site)

/** Gives a site another key, whatever it had. @throws CaptchaError `site_unknown` */
export const replaceAltchaKey = (options: AltchaKeyOptions, site: Site): Promise<string> =>
  put(options, site, options.random(KEY_BYTES))

/**
 * Seals those keys again that open under an accepted secret alone, so that it may be dropped at the next
 * start. Keys that do not open at all stay as they are.
 */
export async function renewAltchaKeys(
  options: AltchaKeyOptions & { registry: Pick<Registry, 'sites'> },
): Promise<void> {
  for (const site of await options.registry.sites()) {
    const opened = openAltchaKey(options.ring, site)
    if (!opened || opened.current) continue
    const sealed = seal(options, site, Buffer.from(opened.key, 'hex'))
    await options.registry.setAltchaKey(site.id, site.altchaKey, sealed)
  }
}
