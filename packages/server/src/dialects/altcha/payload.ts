import { createHash } from 'node:crypto'
import type { Site } from '../../registry/registry.ts'
import type { Claimed } from './claimed.ts'
import type { Signatures } from './signatures.ts'
import { claimedV1 } from './v1.ts'
import { claimedV2 } from './v2.ts'
import type { ServerPayload } from './wire.ts'

/** A payload, read: work, or what we have signed. */
export type Payload = { work: Claimed } | { signed: Signed }

/** A payload of ours, before it is believed. */
interface Signed {
  data: string
  signature: string
}

/** A verification that we sign. */
interface Verification {
  /** Whole seconds since 1970. */
  time: number
  /** Seconds from then on. */
  expiry: number
  pass: string
}

const encoded = (payload: object): string => Buffer.from(JSON.stringify(payload)).toString('base64')

/** What is signed of verification data. */
const digestOf = (data: string) => createHash('sha256').update(data).digest()

/** A payload that says that a visitor passed, in base64: signed so that a plug-in can verify it as well. */
export function signedPayload(
  { isShared, sign }: Signatures,
  site: Site,
  { time, expiry, pass }: Verification,
): string {
  const form = { expire: `${time + expiry}`, time: `${time}`, verified: 'true', id: pass }
  const verificationData = String(new URLSearchParams(form))
  const signer = isShared(site) ? 'shared' : 'own'
  return encoded({
    algorithm: 'SHA-256',
    apiKey: site.publicKey,
    verificationData,
    signature: sign(site, signer, digestOf(verificationData)),
    verified: true,
  } satisfies ServerPayload)
}

/** The pass in a payload that we signed for a site; undefined for any other. */
export function passIn(
  { signerOf }: Signatures,
  site: Site,
  { data, signature }: Signed,
): string | undefined {
  if (signerOf(site, digestOf(data), signature) === undefined) return undefined
  return new URLSearchParams(data).get('id') ?? undefined
}

/** Reads a payload as a form sends it, in base64; undefined when it is malformed. Never throws. */
export function readPayload(text: string): Payload | undefined {
  let content: unknown
  try {
    content = JSON.parse(Buffer.from(text, 'base64').toString())
  } catch {
    return undefined
  }
  if (typeof content !== 'object' || content === null) return undefined
  if ('verificationData' in content) {
    const { verificationData: data, signature } = content as Record<string, unknown>
    if (typeof data !== 'string' || typeof signature !== 'string') return undefined
    return { signed: { data, signature } }
  }
  const second = 'challenge' in content && typeof content.challenge === 'object'
  const work = second ? claimedV2(content) : claimedV1(content)
  return work && { work }
}
