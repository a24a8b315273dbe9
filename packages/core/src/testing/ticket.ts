import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPasses } from '../pass.ts'
import { createTickets, type Ticket, type TicketAnswer } from '../ticket.ts'
import type { LedgerUnderTest } from './ledger.ts'
import { forgeries, ROTATIONS, START, STRANGER, tokenBench } from './sealed-record.ts'

/** A ticket to issue, with every field another. */
const TICKET: Omit<Ticket, 'nonce' | 'time'> = {
  site: 7,
  expiry: 600,
  dialect: 'native',
  hostname: 'example.org',
  action: 'sign-up',
  cdata: 'form 1',
  rung: 2,
  reasons: ['site-volume', 'outcomes'],
  ids: new Map([
    ['work', '1ac3c8c4-6ad0-4c02-8d3a-9a1f2f6f0b11'],
    ['text', '2bc3c8c4-6ad0-4c02-8d3a-9a1f2f6f0b22'],
  ]),
}
const WEIGHTS = { minute: 0.75, hour: 0.5, report: true }
const RIGHT: TicketAnswer = { answer: 'text AB12', right: true, weights: WEIGHTS }
const WRONG: TicketAnswer = { answer: 'text ????', right: false, weights: WEIGHTS }

/** The contract that tickets keep over a ledger. `open` gives a fresh, empty ledger; the suite closes it. */
export function ticketContract(name: string, open: () => LedgerUnderTest | Promise<LedgerUnderTest>): void {
  describe.each(ROTATIONS)(
    `the contract of tickets over ${name}, made under %s`,
    (_, makerSecrets, nodeSecrets) => {
      let test: LedgerUnderTest
      let bench: ReturnType<typeof tokenBench>
      beforeEach(async () => {
        test = await open()
        bench = tokenBench(test)
      })
      afterEach(() => test.ledger.close())

      const setUp = () => {
        const maker = createTickets(bench.options(makerSecrets))
        const node = createTickets(bench.options(nodeSecrets))
        const token = maker.issue(TICKET)
        const ticket = node.open(token, 7)!
        const answer = (answer: TicketAnswer) => node.answer(ticket, answer)
        /** The word for a result alone, with a mark for retries. */
        const result = async (given: TicketAnswer) => {
          const answered = await answer(given)
          return answered.result === 'passed' && answered.repeated ? 'repeated' : answered.result
        }
        return { maker, node, token, ticket, answer, result }
      }

      it('says all that was sealed', () => {
        const { ticket } = setUp()
        expect(ticket).toEqual({
          ...TICKET,
          time: START,
          nonce: expect.stringMatching(/^[\w-]{16}$/),
        })
        expect(setUp().ticket.nonce).not.toBe(ticket.nonce)
        expect(ticket.ids.get('constructor')).toBeUndefined()
      })

      it('does not open what is forged, cut, of another site or no ticket', () => {
        const { node, token } = setUp()
        for (const forged of forgeries(token)) expect(node.open(forged, 7)).toBeUndefined()
        const weights = WEIGHTS
        const pass = createPasses(bench.options(makerSecrets)).issue({
          ...TICKET,
          kind: 'text',
          score: 1,
          weights,
        })
        expect(node.open(pass, 7)).toBeUndefined()
        expect(node.open(createTickets(bench.options(STRANGER)).issue(TICKET), 7)).toBeUndefined()
        expect(node.open(token, 8)).toBeUndefined()
        expect(node.open(token, 7)).toBeDefined()
        expect(node.open(token, 'any')).toEqual(node.open(token, 7))
        expect(bench.calls()).toBe(0)
      })

      it('opens a ticket from as far in the future as clocks may disagree', async () => {
        const { node, token, result } = setUp()
        bench.skew(-15 * 60 - 1)
        expect(node.open(token, 7)).toBeUndefined()
        bench.skew(1)
        expect(node.open(token, 7)).toBeDefined()
        expect(await result(RIGHT)).toBe('passed')
      })

      it('is spent by one claim for a right answer', async () => {
        const { node, ticket, answer, result } = setUp()
        expect(await node.outcome(ticket)).toBeUndefined()
        const calls = bench.calls()
        expect(await answer(RIGHT)).toEqual({
          result: 'passed',
          time: START,
          weights: WEIGHTS,
          repeated: false,
        })
        expect(bench.calls()).toBe(calls + 1)
        expect(await node.outcome(ticket)).toBe('passed')
        expect(await result(WRONG)).toBe('spent')
        expect(await result({ ...RIGHT, answer: 'text AB13' })).toBe('spent')
      })

      it('is spent by one claim for a wrong answer', async () => {
        const { node, ticket, result } = setUp()
        expect(await result(WRONG)).toBe('wrong')
        expect(bench.calls()).toBe(1)
        expect(await node.outcome(ticket)).toBe('failed')
        expect(await result(WRONG)).toBe('spent')
        expect(await result(RIGHT)).toBe('spent')
      })

      it('is answered until it expires, and not a second longer', async () => {
        const [last, wrong, late, never] = [setUp(), setUp(), setUp(), setUp()]
        await bench.pass(600)
        expect(await last.result(RIGHT)).toBe('passed')
        expect(await wrong.result(WRONG)).toBe('wrong')
        await bench.pass(1)
        expect(await late.result(RIGHT)).toBe('expired')
        expect(await late.result(RIGHT)).toBe('spent')
        await bench.pass(59)
        expect(await last.result(RIGHT)).toBe('repeated')
        await bench.pass(1)
        const calls = bench.calls()
        for (const each of [last, late, never]) expect(await each.result(RIGHT)).toBe('expired')
        expect(bench.calls()).toBe(calls)
      })

      it('gives one of a hundred parallel answers the claim', async () => {
        const { answer } = setUp()
        const answers = await Promise.all(
          Array.from({ length: 100 }, (_, i) => answer({ ...RIGHT, answer: `text ${i}` })),
        )
        expect(answers.filter(({ result }) => result === 'passed')).toHaveLength(1)
        expect(answers.filter(({ result }) => result === 'spent')).toHaveLength(99)
      })

      it('gives the same right answer the same result for a minute', async () => {
        const { maker, ticket, answer, result } = setUp()
        const first = await answer(RIGHT)
        await bench.pass(60)
        // What it would earn now is no matter.
        const again = { ...RIGHT, weights: { minute: 1, hour: 1, report: false } }
        expect(await answer(again)).toEqual({ ...first, repeated: true })
        const parallel = await Promise.all(Array.from({ length: 100 }, () => maker.answer(ticket, RIGHT)))
        for (const retry of parallel) expect(retry).toEqual({ ...first, repeated: true })
        await bench.pass(1)
        expect(await result(RIGHT)).toBe('spent')
      })

      it('earns the same pass for it, byte for byte, and never a second one', async () => {
        const { node, ticket } = setUp()
        const passes = createPasses(bench.options(nodeSecrets))
        const earn = async (score: number) => {
          const answered = await node.answer(ticket, RIGHT)
          if (answered.result !== 'passed') throw new Error(answered.result)
          const { time, weights } = answered
          return passes.issue({ ...ticket, time, kind: 'text', score, weights })
        }
        const pass = await earn(0.7)
        await bench.pass(30)
        expect(await earn(0.7)).toBe(pass)
        // Of another content it is another text, under the same claim.
        const other = await earn(0.9)
        expect(other.slice(4, 20)).not.toBe(pass.slice(4, 20))
        expect(await passes.redeem(pass, { site: 7 })).toMatchObject({ result: 'redeemed' })
        expect(await passes.redeem(other, { site: 7 })).toEqual({ result: 'duplicate' })
      })

      it('tells what came of it before, and spends nothing by it', async () => {
        const { node, ticket, answer } = setUp()
        const { answer: text } = RIGHT
        expect(await node.answered(ticket, { answer: text })).toBeUndefined()
        expect(await node.answered(ticket, { answer: text })).toBeUndefined()
        const first = await answer(RIGHT)
        expect(first.result).toBe('passed')
        const before = bench.calls()
        expect(await node.answered(ticket, { answer: text })).toEqual({ ...first, repeated: true })
        expect(bench.calls()).toBe(before + 1)
        expect(await node.answered(ticket, { answer: 'text AB13' })).toEqual({ result: 'spent' })
        await bench.pass(61)
        expect(await node.answered(ticket, { answer: text })).toEqual({ result: 'spent' })

        const failed = setUp()
        await failed.answer(WRONG)
        expect(await node.answered(failed.ticket, { answer: WRONG.answer })).toEqual({ result: 'spent' })
      })

      it('does not count again at a node whose clock is behind', async () => {
        const { result } = setUp()
        bench.skew(600)
        expect(await result(RIGHT)).toBe('passed')
        await bench.pass(15 * 60 - 1)
        bench.skew(-15 * 60 + 1)
        expect(await result({ ...RIGHT, answer: 'text AB13' })).toBe('spent')
      })
    },
  )
}
