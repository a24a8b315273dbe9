import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Outage } from './fallback.ts'
import { type Ledger, memoryLedger } from './ledger.ts'
import { ticketContract } from './testing/ticket.ts'
import { createTickets } from './ticket.ts'

ticketContract('memory', () => {
  let time = 1_800_000_000_000
  const ledger = memoryLedger(() => time)
  return {
    ledger,
    advance: seconds => {
      time += seconds * 1000
    },
  }
})

const WEIGHTS = { minute: 0, hour: 1 / 3, report: false }
const RIGHT = { answer: 'right', right: true, weights: WEIGHTS }

function setUp() {
  const now = () => 1_800_000_000_000
  const memory = memoryLedger(now)
  const state = { away: false }
  const outages: Outage[] = []
  const method =
    <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
    async (...args: Args) => {
      if (state.away) throw new Error('ledger unavailable')
      return work(...args)
    }
  const ledger: Ledger = { ...memory, claim: method(memory.claim), claimed: method(memory.claimed) }
  const onOutage = (outage: Outage) => outages.push(outage)
  const secret = 'a master secret for tests, and for nothing else'
  const tickets = createTickets({ secret, ledger, now, random: randomBytes, onOutage })
  const token = tickets.issue({
    site: 7,
    expiry: 600,
    dialect: 'native',
    hostname: '',
    action: '',
    cdata: '',
    rung: 0,
    reasons: [],
    ids: new Map(),
  })
  return { tickets, ticket: tickets.open(token, 7)!, state, outages }
}

describe('a ticket while the ledger is unavailable', () => {
  it('is not answered where the site refuses, and can be answered later', async () => {
    const { tickets, ticket, state, outages } = setUp()
    state.away = true
    expect(await tickets.answer(ticket, RIGHT)).toEqual({ result: 'unavailable' })
    expect(await tickets.answer(ticket, { ...RIGHT, right: false })).toEqual({ result: 'unavailable' })
    expect(await tickets.answered(ticket, RIGHT)).toEqual({ result: 'unavailable' })
    expect(outages).toMatchObject(Array(3).fill({ site: 7, policy: 'refuse' }))
    state.away = false
    expect(await tickets.answer(ticket, RIGHT)).toMatchObject({ result: 'passed', repeated: false })
  })

  it('is answered once in each process where the site accepts, and never again afterwards', async () => {
    const { tickets, ticket, state, outages } = setUp()
    state.away = true
    const accepted = { ...RIGHT, outage: 'accept' } as const
    expect(await tickets.answered(ticket, accepted)).toBeUndefined()
    const first = await tickets.answer(ticket, accepted)
    expect(first).toMatchObject({ result: 'passed', repeated: false })
    expect(await tickets.answer(ticket, { ...accepted, answer: 'other' })).toEqual({ result: 'spent' })
    expect(outages[0]).toMatchObject({ site: 7, policy: 'accept' })
    state.away = false
    expect(await tickets.answer(ticket, { ...accepted, answer: 'other' })).toEqual({ result: 'spent' })
    expect(await tickets.answer(ticket, RIGHT)).toEqual({ ...first, repeated: true })
    expect(await tickets.answered(ticket, RIGHT)).toEqual({ ...first, repeated: true })
  })
})

it('a ticket holds no answer and no hash of it that can be made without the key', async () => {
  const { ticket } = setUp()
  const claims: string[] = []
  const now = () => 1_800_000_000_000
  const ledger: Ledger = {
    ...memoryLedger(now),
    claim: async (_key, _ttl, value) => {
      claims.push(value)
      return undefined
    },
  }
  for (const secret of ['a'.repeat(32), 'b'.repeat(32)]) {
    await createTickets({ secret, ledger, now, random: randomBytes }).answer(ticket, RIGHT)
  }
  const node = createTickets({ secret: 'a'.repeat(32), ledger, now, random: randomBytes })
  await node.answer({ ...ticket, nonce: 'AAAAAAAAAAAAAAAA' }, RIGHT)
  const hashes = claims.map(claim => claim.split(' ')[1]!)
  expect(hashes.map(hash => Buffer.from(hash, 'base64url').length)).toEqual([8, 8, 8])
  expect(new Set(hashes).size).toBe(3)
})
