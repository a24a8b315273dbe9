import { randomBytes } from 'node:crypto'
import { createCaptcha, createSeal, deriveKey, memoryLedger, parseId, styleNamed } from '@upright/core'
import { rate } from './rate.ts'
import { type Row, whole } from './table.ts'

const RULES = { expiry: 1200, attempts: 1, revalidation: 'strict' } as const

/** Ids issued, opened and checked a second, and what a million of them costs in memory. */
export async function benchIds(): Promise<Row[]> {
  const ledger = memoryLedger()
  const secret = randomBytes(32).toString('hex')
  const captcha = createCaptcha({ secret, ledger, now: Date.now, random: randomBytes })
  const style = styleNamed('captchaFR')!
  const id = captcha.issue(1, style)
  const issue = rate(() => captcha.issue(1, style))
  const seal = createSeal(deriveKey(secret, 'id', 16), randomBytes)
  const open = rate(() => seal.open(parseId(id)!))
  const answer = rate(() => captcha.open(id))

  const million = () => {
    for (let i = 0; i < 1_000_000; i++) captcha.issue(1, style)
  }
  const resident = () => {
    globalThis.gc?.()
    globalThis.gc?.()
    return process.memoryUsage.rss()
  }
  // Once before, so that the engine's own heap has grown to the size it works at.
  million()
  const before = resident()
  million()
  const more = (resident() - before) / 1e6
  const unused = await captcha.check({ id: 1, settings: RULES }, id, '')
  return [
    { what: 'ids issued', figure: `${whole(issue)}/s`, budget: '≥ 50,000/s', ok: issue >= 50_000 },
    { what: 'ids opened', figure: `${whole(open)}/s`, budget: '≥ 500,000/s', ok: open >= 500_000 },
    { what: 'ids opened with their answer', figure: `${whole(answer)}/s` },
    {
      what: 'resident memory after a million more challenges',
      figure: `${more < 0 ? '−' : '+'}${Math.abs(more).toFixed(1)} MB, ${ledger.size()} ledger entries (${unused})`,
      budget: '0 bytes more (± 2 MB of the engine)',
      ok: more <= 2,
    },
  ]
}
