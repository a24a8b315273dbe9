import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Outage } from './fallback.ts'
import { type Ledger, memoryLedger } from './ledger.ts'
import { createPasses, type NewPass, type Redemption } from './pass.ts'
import { passContract } from './testing/pass.ts'

passContract('memory', () => {
  let time = 1_800_000_000_000
  const ledger = memoryLedger(() => time)
  return {
    ledger,
    advance: seconds => {
      time += seconds * 1000
    },
  }
})

const SECRET = 'a master secret for tests, and for nothing else'
const PASS: NewPass = {
  site: 7,
  expiry: 120,
  dialect: 'cap',
  hostname: 'example.org',
  action: '',
  cdata: '',
  kind: 'text',
  rung: 0,
  reasons: [],
  score: 1,
  weights: { minute: 0, hour: 0, report: false },
}

/** Passes over a ledger whose methods can be made to fail, before they have written or afterwards. */
function setUp() {
  const clock = { time: 1_800_000_000_000 }
  const now = () => clock.time
  const memory = memoryLedger(now)
  const failing = new Map<string, 'before' | 'after'>()
  const outages: Outage[] = []
  const method =
    <Args extends unknown[], Result>(name: string, work: (...args: Args) => Promise<Result>) =>
    async (...args: Args) => {
      if (failing.get(name) === 'before') throw new Error('ledger unavailable')
      const result = await work(...args)
      if (failing.get(name) === 'after') throw new Error('ledger timed out')
      return result
    }
  const ledger: Ledger = {
    ...memory,
    claim: method('claim', memory.claim),
    count: method('count', memory.count),
    counted: method('counted', memory.counted),
  }
  const onOutage = (outage: Outage) => outages.push(outage)
  const passes = createPasses({ secret: SECRET, ledger, now, random: randomBytes, onOutage })
  const redeem = (token: string, outage?: 'refuse' | 'accept') => passes.redeem(token, { site: 7, outage })
  return { passes, redeem, failing, outages, clock, token: passes.issue(PASS) }
}

const passOf = (redemption: Redemption) => {
  if (redemption.result !== 'redeemed') throw new Error(redemption.result)
  return redemption.pass
}

describe('a pass while the ledger is unavailable', () => {
  it('is not redeemed where the site refuses, and can be redeemed later', async () => {
    const { redeem, failing, outages, token } = setUp()
    failing.set('claim', 'before')
    expect(await redeem(token)).toEqual({ result: 'unavailable' })
    expect(await redeem(token, 'refuse')).toEqual({ result: 'unavailable' })
    expect(outages).toMatchObject([
      { site: 7, policy: 'refuse' },
      { site: 7, policy: 'refuse' },
    ])
    failing.clear()
    expect(await redeem(token)).toMatchObject({ result: 'redeemed' })
  })

  it('is redeemed once in each process where the site accepts, and never again afterwards', async () => {
    const { redeem, failing, outages, token } = setUp()
    failing.set('claim', 'before')
    const results = await Promise.all(Array.from({ length: 10 }, () => redeem(token, 'accept')))
    expect(results.filter(({ result }) => result === 'redeemed')).toHaveLength(1)
    expect(results.filter(({ result }) => result === 'duplicate')).toHaveLength(9)
    expect(outages[0]).toMatchObject({ site: 7, policy: 'accept' })
    failing.clear()
    expect(await redeem(token, 'accept')).toEqual({ result: 'duplicate' })
    expect(await redeem(token, 'refuse')).toEqual({ result: 'duplicate' })
  })

  it('is a duplicate after a claim that arrived without being confirmed', async () => {
    const { redeem, failing, token } = setUp()
    failing.set('claim', 'after')
    expect(await redeem(token)).toEqual({ result: 'unavailable' })
    failing.clear()
    expect(await redeem(token)).toEqual({ result: 'duplicate' })
  })

  it('is no pass again because the ledger fails after it was found redeemed', async () => {
    const { redeem, failing, token } = setUp()
    expect(await redeem(token)).toMatchObject({ result: 'redeemed' })
    failing.set('counted', 'before')
    expect(await redeem(token, 'accept')).toEqual({ result: 'duplicate' })
    expect(await redeem(token, 'refuse')).toEqual({ result: 'unavailable' })
  })

  it('is a duplicate where it could not be written down that the answer was not delivered', async () => {
    const { passes, redeem, failing, outages, token } = setUp()
    const pass = passOf(await redeem(token))
    failing.set('count', 'before')
    await passes.undelivered(pass)
    expect(outages).toMatchObject([{ site: 7, policy: 'refuse' }])
    failing.clear()
    expect(await redeem(token)).toEqual({ result: 'duplicate' })
  })

  it('is answered again by the process that remembers both, where the site accepts', async () => {
    const { passes, redeem, failing, token } = setUp()
    for (const name of ['claim', 'count', 'counted']) failing.set(name, 'before')
    const pass = passOf(await redeem(token, 'accept'))
    await passes.undelivered(pass, 'accept')
    expect(await redeem(token, 'accept')).toMatchObject({ result: 'redeemed', repeated: true })
    expect(await redeem(token, 'accept')).toEqual({ result: 'duplicate' })
  })
})

it('a report while the ledger is away is taken later, or as the site accepts', async () => {
  const { passes, failing, outages, token } = setUp()
  const report = (outage?: 'refuse' | 'accept') => passes.report(token, { site: 7, outcome: 'bad', outage })
  failing.set('claim', 'before')
  expect(await report()).toEqual({ result: 'unavailable' })
  expect(await report('accept')).toMatchObject({ result: 'reported', repeated: false })
  expect(await report('accept')).toMatchObject({ result: 'reported', repeated: true })
  // The second time it is remembered, and the ledger not asked.
  expect(outages).toHaveLength(2)
})

it('the answer that was not delivered is given again for 5 seconds', async () => {
  for (const [milliseconds, result] of [
    [5000, { result: 'redeemed', repeated: true }],
    // Ledgers count whole seconds.
    [6000, { result: 'duplicate' }],
  ] as const) {
    const { passes, redeem, clock, token } = setUp()
    await passes.undelivered(passOf(await redeem(token)))
    clock.time += milliseconds
    expect(await redeem(token)).toMatchObject(result)
  }
})

it('passes keep what they were sealed with, whatever it is', () => {
  const { passes } = setUp()
  const pass = { ...PASS, score: 0.1 + 0.2, weights: { minute: 1 / 3, hour: 1e-9, report: false } }
  expect(passes.open(passes.issue(pass), 7)).toMatchObject(pass)
  const now = { ...pass, nonce: 'AAECAwQFBgcICQoL', time: 1_799_999_999 }
  expect(passes.open(passes.issue(now), 7)).toEqual(now)
})

it('passes need a secret', () => {
  const options = { ledger: memoryLedger(), now: Date.now, random: randomBytes }
  expect(() => createPasses({ ...options, secret: 'short' })).toThrow(
    expect.objectContaining({ code: 'bad_secret' }),
  )
})
