import { type Form, styleNamed } from '@upright/core'
import { captchaFor } from '../packages/server/src/commands/challenges.ts'
import { DEFAULT_SETTINGS } from '../packages/server/src/registry/settings.ts'

/** A challenge as an attacker sees it, and what is right. */
export interface Sample {
  answer: string
  bytes: Uint8Array
}

/** Sites that challenges are of: each has a season of its own, and some seasons are easier than others. */
const SITES = 8

/** Challenges of a style as the service shows them: the same ones at every run. */
export function samplesOf(style: string, form: Form, count: number): Sample[] {
  const captcha = captchaFor({ seed: `attack ${style}` })
  return Array.from({ length: count }, (_, i) => {
    const site = 1 + (i % SITES)
    const id = captcha.issue(site, styleNamed(style)!)
    return {
      answer: captcha.open(id)!.answer,
      bytes: captcha.show({ id: site, settings: DEFAULT_SETTINGS }, id, form).bytes,
    }
  })
}
