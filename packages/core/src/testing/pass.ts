import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPasses, type NewPass, type PassOutcome, type RedeemOptions } from '../pass.ts'
import { createTickets } from '../ticket.ts'
import type { LedgerUnderTest } from './ledger.ts'
import { forgeries, ROTATIONS, START, STRANGER, tokenBench } from './sealed-record.ts'

/** A pass to issue, with every field another. */
const PASS: NewPass = {
  site: 7,
  expiry: 120,
  dialect: 'native',
  hostname: 'example.org',
  action: 'sign-up',
  cdata: 'form 1',
  kind: 'work',
  rung: 1,
  reasons: ['site-volume', 'outcomes'],
  score: 0.9,
  weights: { minute: 0.75, hour: 0.5, report: true },
}

/** The contract that passes keep over a ledger. `open` gives a fresh, empty ledger; the suite closes it. */
export function passContract(name: string, open: () => LedgerUnderTest | Promise<LedgerUnderTest>): void {
  describe.each(ROTATIONS)(
    `the contract of passes over ${name}, made under %s`,
    (_, makerSecrets, nodeSecrets) => {
      let test: LedgerUnderTest
      let bench: ReturnType<typeof tokenBench>
      beforeEach(async () => {
        test = await open()
        bench = tokenBench(test)
      })
      afterEach(() => test.ledger.close())

      const setUp = (pass: Partial<NewPass> = {}) => {
        const maker = createPasses(bench.options(makerSecrets))
        const node = createPasses(bench.options(nodeSecrets))
        const token = maker.issue({ ...PASS, ...pass })
        const redeem = (options: Partial<RedeemOptions> = {}, text = token, from = node) =>
          from.redeem(text, { site: 7, ...options })
        /** The word for a result alone, with a mark for repeats. */
        const result = async (...args: Parameters<typeof redeem>) => {
          const redemption = await redeem(...args)
          return redemption.result === 'redeemed' && redemption.repeated ? 'repeated' : redemption.result
        }
        return { maker, node, token, redeem, result }
      }

      it('redeems a pass once, and says all that was sealed', async () => {
        const { node, token, redeem, result } = setUp()
        const redemption = await redeem()
        expect(redemption).toEqual({
          result: 'redeemed',
          repeated: false,
          pass: { ...PASS, time: START, nonce: expect.stringMatching(/^[\w-]{16}$/) },
        })
        expect(node.open(token, 7)).toEqual('pass' in redemption && redemption.pass)
        expect(await result()).toBe('duplicate')
        expect(await result()).toBe('duplicate')
      })

      it('takes one ledger call to redeem, and none to issue and open', async () => {
        const { node, token, redeem } = setUp()
        node.open(token, 7)
        expect(bench.calls()).toBe(0)
        await redeem()
        expect(bench.calls()).toBe(1)
      })

      it('refuses what is forged, cut or no pass, without asking the ledger', async () => {
        const { maker, token, result } = setUp()
        for (const forged of forgeries(token)) expect(await result({}, forged)).toBe('unknown')
        const ticket = createTickets(bench.options(makerSecrets)).issue({ ...PASS, ids: new Map() })
        expect(await result({}, ticket)).toBe('unknown')
        expect(await result({}, createPasses(bench.options(STRANGER)).issue(PASS))).toBe('unknown')
        expect(maker.open(ticket, 7)).toBeUndefined()
        expect(bench.calls()).toBe(0)
        expect(await result()).toBe('redeemed')
      })

      it('refuses passes of other sites and of dialects that are not accepted, and spends nothing', async () => {
        const { node, token, result } = setUp()
        expect(await result({ site: 8 })).toBe('unknown')
        expect(node.open(token, 8)).toBeUndefined()
        expect(await result({ dialects: ['cap', 'hcaptcha'] })).toBe('unknown')
        expect(await result({ dialects: [] })).toBe('unknown')
        expect(bench.calls()).toBe(0)
        expect(await result({ dialects: ['cap', 'native'] })).toBe('redeemed')
      })

      it('redeems a pass until it expires, and not a second longer', async () => {
        const [last, late] = [setUp(), setUp()]
        await bench.pass(120)
        expect(await last.result()).toBe('redeemed')
        await bench.pass(1)
        const calls = bench.calls()
        expect([await last.result(), await late.result()]).toEqual(['expired', 'expired'])
        expect(bench.calls()).toBe(calls)
        expect(late.node.open(late.token, 7)).toBeDefined()
      })

      it('forgets a pass after two days', async () => {
        const { node, token, result } = setUp()
        bench.skew(48 * 3600 - 1)
        expect(await result()).toBe('expired')
        bench.skew(3602)
        expect(await result()).toBe('unknown')
        expect(node.open(token, 7)).toBeUndefined()
      })

      it('takes a pass from as far in the future as clocks may disagree', async () => {
        const { result } = setUp()
        bench.skew(-15 * 60 - 1)
        expect(await result()).toBe('unknown')
        expect(bench.calls()).toBe(0)
        bench.skew(1)
        expect(await result()).toBe('redeemed')
      })

      it('does not redeem a pass again at a node whose clock is behind', async () => {
        const { result } = setUp()
        bench.skew(120)
        expect(await result()).toBe('redeemed')
        // The ledger has gone on, and the other node is 15 minutes behind.
        await bench.pass(15 * 60 - 1)
        bench.skew(-15 * 60 + 1)
        expect(await result()).toBe('duplicate')
      })

      it('redeems one of a hundred parallel requests', async () => {
        const { maker, token, node } = setUp()
        const requests = Array.from({ length: 100 }, (_, i) =>
          (i % 2 ? maker : node).redeem(token, { site: 7 }),
        )
        const results = (await Promise.all(requests)).map(({ result }) => result)
        expect(results.filter(result => result === 'redeemed')).toHaveLength(1)
        expect(results.filter(result => result === 'duplicate')).toHaveLength(99)
      })

      it('takes one report of how a pass ended, redeemed or not', async () => {
        const { maker, node, token, result } = setUp()
        const report = (outcome: PassOutcome, site = 7, text = token) => node.report(text, { site, outcome })
        for (const forged of forgeries(token)) {
          expect(await report('bad', 7, forged)).toEqual({ result: 'unknown' })
        }
        expect(await report('bad', 8)).toEqual({ result: 'unknown' })
        expect(bench.calls()).toBe(0)
        const pass = node.open(token, 'any')!
        expect(await node.known(pass)).toEqual({ redeemed: false, outcome: undefined })
        const first = { result: 'reported', repeated: false, pass }
        expect(await report('bad')).toEqual(first)
        expect(await maker.report(token, { site: 7, outcome: 'bad' })).toEqual({ ...first, repeated: true })
        expect(await report('good')).toEqual({ result: 'duplicate' })
        expect(await result()).toBe('redeemed')
        expect(await node.known(pass)).toEqual({ redeemed: true, outcome: 'bad' })
        const requests = Array.from({ length: 50 }, () => report('good', 7, maker.issue(PASS)))
        expect((await Promise.all(requests)).every(({ result }) => result === 'reported')).toBe(true)
        const same = maker.issue(PASS)
        const results = await Promise.all(Array.from({ length: 50 }, () => report('good', 7, same)))
        expect(results.filter(one => 'repeated' in one && !one.repeated)).toHaveLength(1)
      })

      it('takes it for a day after the issue', async () => {
        const { node, token } = setUp()
        const report = () => node.report(token, { site: 7, outcome: 'good' })
        bench.skew(24 * 3600 + 1)
        expect(await report()).toEqual({ result: 'expired' })
        bench.skew(-1)
        expect(await report()).toMatchObject({ result: 'reported' })
      })

      it('gives the same answer again once when the first was not delivered', async () => {
        const { node, redeem, result } = setUp()
        const first = await redeem()
        if (first.result !== 'redeemed') throw new Error(first.result)
        await node.undelivered(first.pass)
        // Real ledgers spend real time too.
        await bench.pass(2)
        expect(await redeem()).toEqual({ ...first, repeated: true })
        expect(await result()).toBe('duplicate')
        await node.undelivered(first.pass)
        expect(await result()).toBe('duplicate')
      })

      it('gives it to one of a hundred parallel repeats', async () => {
        const { node, redeem, result } = setUp()
        const first = await redeem()
        if (first.result !== 'redeemed') throw new Error(first.result)
        await node.undelivered(first.pass)
        const results = await Promise.all(Array.from({ length: 100 }, () => result()))
        expect(results.filter(result => result === 'repeated')).toHaveLength(1)
        expect(results.filter(result => result === 'duplicate')).toHaveLength(99)
      })

      it('does not give it again later than that', async () => {
        const { node, redeem, result } = setUp()
        const first = await redeem()
        if (first.result !== 'redeemed') throw new Error(first.result)
        await node.undelivered(first.pass)
        await bench.pass(7)
        expect(await result()).toBe('duplicate')
      })

      it('repeats the answer of one pass alone', async () => {
        const [one, other] = [setUp(), setUp()]
        const [first] = [await one.redeem(), await other.redeem()]
        if (first.result !== 'redeemed') throw new Error(first.result)
        await one.node.undelivered(first.pass)
        expect(await other.result()).toBe('duplicate')
        expect(await one.result()).toBe('repeated')
      })

      it('gives the same answer to requests of the same idempotency key, and to no others', async () => {
        const { redeem, result } = setUp()
        const first = await redeem({ idempotencyKey: 'one' })
        expect(first).toMatchObject({ result: 'redeemed', repeated: false })
        expect(await redeem({ idempotencyKey: 'one' })).toEqual({ ...first, repeated: true })
        await bench.pass(119)
        expect(await result({ idempotencyKey: 'one' })).toBe('repeated')
        for (const idempotencyKey of ['two', 'One', 'one ', '-', '', undefined]) {
          expect(await result({ idempotencyKey })).toBe('duplicate')
        }
        await bench.pass(2)
        expect(await result({ idempotencyKey: 'one' })).toBe('expired')
      })

      it('gives a key no answer when the first request had none', async () => {
        const { result } = setUp()
        expect(await result()).toBe('redeemed')
        for (const idempotencyKey of ['one', '-', ''])
          expect(await result({ idempotencyKey })).toBe('duplicate')
      })

      it('knows an idempotency key at nodes that make under another secret', async () => {
        const { maker, node, token, result } = setUp()
        expect(await result({ idempotencyKey: 'one' }, token, maker)).toBe('redeemed')
        expect(await result({ idempotencyKey: 'one' }, token, node)).toBe('repeated')
      })
    },
  )
}
