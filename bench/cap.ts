import { randomBytes } from 'node:crypto'
import CapServer from '@cap.js/server'
import { createCaptcha, createPasses, createTickets, memoryLedger } from '@upright/core'
import { createIssue, inFormat1 } from '../packages/server/src/dialects/cap/challenge.ts'
import { createRedeem } from '../packages/server/src/dialects/cap/redeem.ts'
import { createLadder } from '../packages/server/src/policy/ladder/ladder.ts'
import type { Site } from '../packages/server/src/registry/registry.ts'
import { DEFAULT_SETTINGS } from '../packages/server/src/registry/settings.ts'
import { seededPuzzles, solvedPuzzles } from '../packages/server/src/testing/cap-puzzles.ts'
import { type Row, whole } from './table.ts'
import { perSecond } from './usage.ts'

/** Challenges that are solved before the clock runs, and how many of them warm up. */
const [SOLVED, WARM] = [600, 200]
/** Challenges that are issued. */
const ISSUED = 5000
/** Open challenges whose memory is looked at: both sides take seconds to issue a million. */
const OPEN = 100_000
/** As many puzzles as both ask for by default, of fewer digits: these are as much to check, less to solve. */
const OURS = { style: 'sha256', level: 22 }
const THEIRS = { challengeCount: 50, challengeSize: 32, challengeDifficulty: 1 }

/** The same after a warm-up. */
async function warmPerSecond(call: (n: number) => unknown, total: number): Promise<number> {
  await perSecond(call, 0, WARM)
  return perSecond(call, WARM, total)
}

/** Megabytes in memory, all garbage collected. */
function resident(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage.rss() / 1e6
}

/** Memory that some more open challenges take; some have been issued before, so that the heap has grown. */
async function memoryOf(issue: () => unknown): Promise<number> {
  const many = async () => {
    for (let i = 0; i < OPEN; i++) await issue()
  }
  await many()
  const before = resident()
  await many()
  return resident() - before
}

const megabytes = (more: number) => `${more < 0 ? '−' : '+'}${Math.abs(more).toFixed(1)} MB`

/** The Cap dialect beside Cap's own server, in process: issue, redeem, and open challenges in memory. */
export async function benchCap(): Promise<Row[]> {
  const ledger = memoryLedger()
  const options = { secret: randomBytes(32).toString('hex'), ledger, now: Date.now, random: randomBytes }
  const context = {
    captcha: createCaptcha(options),
    tickets: createTickets(options),
    passes: createPasses(options),
    ladder: createLadder({ now: Date.now, monotonic: () => performance.now(), random: randomBytes }),
    now: Date.now,
    countVerdict: () => {},
  }
  const sender = { hostname: '', address: '192.0.2.1' }
  const site = {
    id: 1,
    settings: { ...DEFAULT_SETTINGS, ceiling: 0, work: { cap: OURS } },
  } as unknown as Site
  const issue = createIssue(context)
  const redeem = createRedeem(context)
  const { challengeCount, challengeSize, challengeDifficulty } = THEIRS
  const server = new CapServer({ noFSState: true, disableAutoCleanup: true })

  const ours = Array.from({ length: SOLVED }, () => {
    const { token, challenge } = inFormat1(issue(site, sender.address, ''))
    return { token, solution: solvedPuzzles(challenge).join() }
  })
  const theirs = await Promise.all(
    Array.from({ length: SOLVED }, async () => {
      const { token = '' } = await server.createChallenge(THEIRS)
      return {
        token,
        solutions: solvedPuzzles(seededPuzzles(token, challengeCount, challengeSize, challengeDifficulty)),
      }
    }),
  )
  const redeemed = await warmPerSecond(async n => {
    const { verdict } = await redeem(site, ours[n]!, sender)
    if (verdict !== 'passed') throw new Error(`a solved challenge is ${verdict}`)
  }, SOLVED)
  const redeemedByCap = await warmPerSecond(async n => {
    const { success } = await server.redeemChallenge(theirs[n]!)
    if (!success) throw new Error("Cap's own server refuses its solved challenge")
  }, SOLVED)
  const again = await redeem(site, ours[0]!, sender)
  const before = ledger.size()
  const issued = await warmPerSecond(() => issue(site, sender.address, ''), ISSUED)
  const issuedByCap = await warmPerSecond(() => server.createChallenge(THEIRS), ISSUED)
  const more = await memoryOf(() => issue(site, sender.address, ''))
  const moreInCap = await memoryOf(() => server.createChallenge(THEIRS))

  return [
    {
      what: 'challenges issued, with their puzzles',
      figure: `${whole(issued)} a second of processor, ${(issued / issuedByCap).toFixed(2)} × Cap's own server, which stores them`,
    },
    {
      what: `solved challenges redeemed (the same once more: ${again.verdict})`,
      figure: `${whole(redeemed)} a second of processor, ${(redeemed / redeemedByCap).toFixed(1)} × Cap's own server`,
    },
    {
      what: `memory of ${whole(OPEN)} more open challenges`,
      figure: `${megabytes(more)}, ${ledger.size() - before} ledger entries; ${megabytes(moreInCap)} in Cap's own server`,
      budget: '0 bytes more (± 2 MB of the engine)',
      ok: more <= 2 && ledger.size() === before,
    },
  ]
}
