import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { createCaptcha, keyRing, memoryLedger, workStyleNamed } from '@upright/core'
import { plainId } from '../packages/server/src/dialects/altcha/claimed.ts'
import { readPayload } from '../packages/server/src/dialects/altcha/payload.ts'
import { createSignatures } from '../packages/server/src/dialects/altcha/signatures.ts'
import { solve } from '../packages/server/src/dialects/altcha/solve.ts'
import { challengeV1 } from '../packages/server/src/dialects/altcha/v1.ts'
import { createExamine, drawnOf } from '../packages/server/src/dialects/altcha/work.ts'
import type { Site } from '../packages/server/src/registry/registry.ts'
import { DEFAULT_SETTINGS } from '../packages/server/src/registry/settings.ts'
import { type Row, whole } from './table.ts'
import { perSecond } from './usage.ts'

/** The library that back ends use beside the stock widget, as far as it is measured. */
interface Library {
  createChallenge(options: { hmacKey: string; maxnumber: number; number: number }): Promise<{
    algorithm: string
    challenge: string
    salt: string
    signature: string
  }>
  verifySolution(payload: object, hmacKey: string): Promise<boolean>
}

/** Challenges of each side, the first of which warm up. */
const [MADE, WARM] = [6000, 1000]
/** The default of the dialect: numbers up to 32,768. */
const MAX_NUMBER = 32_768
const LEVEL = 28

const expectTrue = (verified: boolean) => {
  if (!verified) throw new Error('a right payload was refused')
}

/** The first protocol of ALTCHA beside altcha-lib, in process: issue, and verify with the claim. */
export async function benchAltcha(): Promise<Row[]> {
  const load = createRequire(new URL('../e2e/clients/altcha/', import.meta.url))
  const library = load('altcha-lib/v1') as Library
  const ledger = memoryLedger()
  const secrets = { secret: randomBytes(32).toString('hex') }
  const captcha = createCaptcha({ ...secrets, ledger, now: Date.now, random: randomBytes })
  const signatures = createSignatures((label, bytes) => keyRing(secrets, label, bytes))
  const examine = createExamine({ captcha, countVerdict: () => {}, now: Date.now }, signatures)
  const site = { id: 1, settings: DEFAULT_SETTINGS } as Site
  const style = workStyleNamed('sha256')!

  const issue = () => {
    const id = captcha.issue(site.id, style, LEVEL)
    const opened = captcha.open(id)!
    const work = { id: plainId(id), drawn: drawnOf(opened)!, expires: opened.issued + 300 }
    return challengeV1(work, text => signatures.sign(site, 'own', text))
  }
  const verify = async (text: string) => {
    const payload = readPayload(text)
    if (!payload || !('work' in payload) || 'reason' in examine(site, payload.work)) return false
    return (await captcha.check(site, payload.work.id, payload.work.response)) === 'passed'
  }
  const hmacKey = randomBytes(32).toString('hex')
  const issueByLibrary = () =>
    library.createChallenge({
      hmacKey,
      maxnumber: MAX_NUMBER,
      number: Math.floor(Math.random() * MAX_NUMBER),
    })

  const ours: string[] = []
  for (let i = 0; i < MADE; i++) {
    const challenge = issue()
    const id = /&id=(\w+)/.exec(challenge.salt)![1]!
    ours.push((await solve(captcha.open(id)!, JSON.stringify(challenge)))!)
  }
  const theirs: object[] = []
  for (let i = 0; i < MADE; i++) {
    const number = Math.floor(Math.random() * MAX_NUMBER)
    theirs.push({ ...(await library.createChallenge({ hmacKey, maxnumber: MAX_NUMBER, number })), number })
  }
  const verified = await perSecond(async n => expectTrue(await verify(ours[n]!)), WARM, MADE)
  const verifiedByLibrary = await perSecond(
    async n => expectTrue(await library.verifySolution(theirs[n]!, hmacKey)),
    WARM,
    MADE,
  )
  const issued = await perSecond(issue, WARM, MADE)
  const issuedByLibrary = await perSecond(issueByLibrary, WARM, MADE)
  const again = await verify(ours[MADE - 1]!)
  const row = (what: string, rate: number, other: number): Row => ({
    what,
    figure: `${whole(rate)} a second of processor, ${(rate / other).toFixed(1)} × altcha-lib`,
  })
  return [
    row('challenges of protocol 1 issued', issued, issuedByLibrary),
    row(
      `payloads of protocol 1 verified, each once (the same once more: ${again})`,
      verified,
      verifiedByLibrary,
    ),
  ]
}
