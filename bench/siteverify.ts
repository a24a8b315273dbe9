import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { createPasses, memoryLedger } from '@upright/core'
import { type BenchSite, type Load, load } from './client.ts'
import type { Running } from './processes.ts'
import { median } from './rate.ts'
import { type Row, whole } from './table.ts'
import { usageOf } from './usage.ts'

const ROUNDS = 3
const SECONDS_PER_ROUND = 4
/** Passes for one round: more than a server answers in its seconds. */
const PASSES = 60_000
/** Requests that redeem one pass at a time, over so many connections. */
const [PARALLEL, CONNECTIONS] = [10_000, 100]

const PATH = '/turnstile/v0/siteverify'
const JSON_TYPE = { 'content-type': 'application/json' }

/** Bodies of verifications, each with a fresh pass of a site, as the server itself would make it. */
function createBodies(secret: string, site: BenchSite) {
  const passes = createPasses({ secret, ledger: memoryLedger(), now: Date.now, random: randomBytes })
  const fresh = () => {
    const response = passes.issue({
      site: site.id,
      expiry: 300,
      dialect: 'turnstile',
      hostname: 'www.example.org',
      action: 'login',
      cdata: '',
      rung: 0,
      reasons: [],
      kind: 'work',
      score: 0.9,
      weights: { minute: 0.75, hour: 0.75, report: true },
    })
    return JSON.stringify({ secret: site.secret, response })
  }
  return {
    fresh,
    /** What gives one body after the other, all made beforehand. */
    round() {
      const bodies = Array.from({ length: PASSES }, fresh)
      return () => {
        const body = bodies.pop()
        if (body === undefined) throw new Error('the client ran out of passes: raise PASSES')
        return body
      }
    },
  }
}

/** A round of load on a server, and the milliseconds of its processor that each request took. */
async function measure({ url, child }: Running, path: string, next: () => string, word: string) {
  const before = usageOf(child.pid!).cpu
  const post = () => ({ method: 'POST' as const, path, headers: JSON_TYPE, body: next() })
  const right = (status: number, body: string) => status === 200 && body.includes(word)
  const loads = await load(url, post, right, SECONDS_PER_ROUND)
  const cpu = usageOf(child.pid!).cpu - before
  return { ...loads, cpu: (1000 * cpu) / (loads.requests * SECONDS_PER_ROUND) }
}

/** How many of many requests at a time redeem the same pass. */
async function redeemedOf(url: string, body: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const one = () =>
    new Promise<boolean>((resolve, reject) => {
      request(url + PATH, { method: 'POST', headers: JSON_TYPE, agent }, answer => {
        text(answer).then(said => resolve(JSON.parse(said).success), reject)
      })
        .once('error', reject)
        .end(body)
    })
  const answers = await Promise.all(Array.from({ length: PARALLEL }, one))
  agent.destroy()
  return answers.filter(Boolean).length
}

/**
 * Verifications of fresh passes beside a bare route that reads such a body, and one pass that is sent many
 * times.
 */
export async function benchSiteverify(
  ours: Running,
  bare: Running,
  site: BenchSite,
  secret: string,
): Promise<Row[]> {
  const bodies = createBodies(secret, site)
  type Measured = Load & { cpu: number }
  const [verified, plain]: [Measured[], Measured[]] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    // It redeems nothing, and is faster than passes can be made.
    const body = bodies.fresh()
    plain.push(await measure(bare, '/', () => body, 'true'))
    verified.push(await measure(ours, PATH, bodies.round(), '"success":true'))
  }
  const middle = (loads: Measured[], figure: keyof Measured) => median(loads.map(load => load[figure]))
  const shown = (loads: Measured[]) =>
    `${whole(middle(loads, 'requests'))}/s, p50 ${middle(loads, 'p50')} ms, p99 ${middle(loads, 'p99')} ms, ` +
    `${middle(loads, 'cpu').toFixed(3)} ms of a core each`
  const redeemed = await redeemedOf(ours.url, bodies.fresh())
  return [
    { what: 'HTTP bare Fastify route, such a body', figure: shown(plain) },
    { what: 'HTTP siteverify of Turnstile, fresh passes, durable', figure: shown(verified) },
    {
      what: `HTTP siteverify, one pass ${whole(PARALLEL)} times at once`,
      figure: `redeemed: ${redeemed}`,
      budget: '1',
      ok: redeemed === 1,
    },
  ]
}
