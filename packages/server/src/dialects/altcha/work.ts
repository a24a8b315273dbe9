import type { Challenge, Drawn, Verdict, WorkSettings } from '@upright/core'
import type { Site } from '../../registry/registry.ts'
import type { DialectContext } from '../dialect.ts'
import type { Claimed } from './claimed.ts'
import type { Signatures, Signer } from './signatures.ts'
import type { Refusal } from './wire.ts'

/** What the work of a challenge is drawn from; undefined for a challenge of another kind. */
export function drawnOf({ style, level, answer }: Challenge): Drawn<WorkSettings> | undefined {
  return style.kind === 'work' ? { settings: style.settings, level, answer } : undefined
}

/**
 * Holds work against the id in it, before anything is spent: the id is the site's and live, all else is what
 * the id says, and one of the two keys signed it. The id decides alone: with a site's own key its plug-ins
 * can sign whatever they like.
 */
export type Examine = (site: Site, work: Claimed) => { signer: Signer } | { reason: Refusal }

export function createExamine(
  { captcha, countVerdict, now }: Pick<DialectContext, 'captcha' | 'countVerdict' | 'now'>,
  { signerOf }: Signatures,
): Examine {
  return (site, { id, expires, signature, signedText }) => {
    const refuse = (reason: Refusal, verdict: Verdict = 'unknown') => {
      countVerdict(site.id, verdict)
      return { reason }
    }
    const challenge = captcha.open(id)
    const drawn = challenge && drawnOf(challenge)
    if (!drawn || challenge.site !== site.id) return refuse('unknown')
    const text = signedText(drawn)
    if (text === undefined) return refuse('invalid_payload')
    const signer = signerOf(site, text, signature)
    if (!signer) return refuse('invalid_signature')
    const late = expires * 1000 < now() || captcha.expired(challenge, site.settings)
    return late ? refuse('expired', 'expired') : { signer }
  }
}
