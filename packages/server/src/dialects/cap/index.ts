/**
 * Cap, as an unmodified widget speaks it: a page asks for puzzles, redeems their solutions for a token, and
 * the site's back end verifies the token. What the page is given first is a ticket, what it redeems it for a
 * pass: nothing is stored before.
 */
import { type Challenge, solveWork, type WorkSettings } from '@upright/core'
import type { FastifyInstance } from 'fastify'
import type { Dialect, DialectContext } from '../dialect.ts'
import { BASE, spelledUrl } from './address.ts'
import { always, pageCalls } from './answer.ts'
import { CAP, createIssue, inFormat1, inFormat2, WORK_CHOICE, workIn } from './challenge.ts'
import { capDocument } from './openapi.ts'
import { createRedeem, readSolved } from './redeem.ts'
import { createSiteverify } from './siteverify.ts'

export const cap: Dialect = {
  name: CAP,
  kinds: ['work'],
  work: { [CAP]: WORK_CHOICE },
  document: capDocument,
  normalizeUrl: spelledUrl,
  idIn: (text, tickets) => workIn(tickets.open(text.trim(), 'any')),
  solve,
  register,
}

/** The numbers that solve a challenge, as `redeem` takes them. */
async function solve({ style, level, answer }: Challenge): Promise<number[]> {
  const solution = await solveWork({ settings: style.settings as WorkSettings, level, answer }, 'cap')
  return solution.split(',').map(Number)
}

/** Registers the dialect's routes. Addresses come as `normalizeUrl` writes them. */
function register(app: FastifyInstance, context: DialectContext): void {
  const { pages, admission, as } = context
  const { forPages, preflight } = pageCalls(context)
  const issue = createIssue(context)
  const redeem = createRedeem(context)
  // Counted under a label of its own: what passes here has passed in `redeem` before.
  const siteverify = always(createSiteverify(as('cap-siteverify')))

  for (const [path, write] of [
    ['/challenge', inFormat1],
    ['/2/challenge', inFormat2],
  ] as const) {
    app.post(
      `${BASE}/:publicKey${path}`,
      forPages(async (request, reply, site) => {
        await admission.enter({ site, action: 'issue', address: request.ip }, reply)
        return write(issue(site, request.ip, pages.hostOf(request)))
      }),
    )
    app.options(`${BASE}/:publicKey${path}`, preflight)
  }

  app.post(
    `${BASE}/:publicKey/redeem`,
    forPages(async (request, reply, site) => {
      await admission.enter({ site, action: 'check', address: request.ip }, reply)
      const { verdict, answer } = await redeem(site, readSolved(request.body), {
        hostname: pages.hostOf(request),
        address: request.ip,
      })
      if (verdict === 'wrong') admission.failed(site, request.ip)
      return answer
    }),
  )
  app.options(`${BASE}/:publicKey/redeem`, preflight)

  app.post(`${BASE}/:publicKey/siteverify`, siteverify)
  app.post(`${BASE}/siteverify`, siteverify)
}
