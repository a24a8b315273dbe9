import { describe, expect, it } from 'vitest'
import { createFallback, type Outage } from './fallback.ts'
import { type Ledger, memoryLedger } from './ledger.ts'

const now = () => 1_800_000_000_000
const LEDGER_AWAY = new Error('ledger away')
const claim = (ledger: Ledger) => ledger.claim('key', 60, 'value')

function setUp() {
  const real = memoryLedger(now)
  const state = { reachable: true }
  const ledger: Ledger = {
    ...real,
    claim: (...rest) => (state.reachable ? real.claim(...rest) : Promise.reject(LEDGER_AWAY)),
  }
  const outages: Outage[] = []
  const standby = createFallback(ledger, now, outage => outages.push(outage))
  return { standby, outages, real, state }
}

describe('standing by for a ledger', () => {
  it('asks the ledger alone while it answers, and tells nobody', async () => {
    const { standby, outages, real } = setUp()
    expect(await standby.decide(1, 'accept', claim)).toBeUndefined()
    expect(await real.claimed('key')).toBe('value')
    expect(await standby.decide(1, 'accept', claim)).toBe('value')
    expect(outages).toEqual([])
    // Every check asks this: it takes no promise while there is nothing to know.
    expect(standby.decided('key')).toBeUndefined()
  })

  it('decides nothing while the ledger is away, unless the site wants it', async () => {
    const { standby, outages, state } = setUp()
    state.reachable = false
    await expect(standby.decide(7, 'refuse', claim)).rejects.toMatchObject({
      code: 'unavailable',
      cause: LEDGER_AWAY,
    })
    expect(standby.decided('key')).toBeUndefined()
    expect(outages).toEqual([{ site: 7, policy: 'refuse', error: LEDGER_AWAY }])
  })

  it('remembers what it decided alone, whatever the ledger says later', async () => {
    const { standby, outages, state } = setUp()
    state.reachable = false
    expect(await standby.decide(7, 'accept', claim)).toBeUndefined()
    expect(await standby.decide(7, 'accept', claim)).toBe('value')
    state.reachable = true
    expect(await standby.decided('key')).toBe('value')
    expect(await standby.decided('another')).toBeUndefined()
    expect(outages.map(({ policy }) => policy)).toEqual(['accept', 'accept'])
  })

  it('needs nobody to tell', async () => {
    const standby = createFallback({ ...memoryLedger(now), claim: () => Promise.reject(LEDGER_AWAY) }, now)
    await expect(standby.decide(1, 'refuse', claim)).rejects.toMatchObject({ code: 'unavailable' })
  })
})
