import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { addSite, authorise, BASE, type BenchSite, type Load, load, middleLoad } from './client.ts'
import { type Running, residentMB, startUpright, withFolder } from './processes.ts'
import { median } from './rate.ts'
import { type Row, whole } from './table.ts'
import { childrenOf, usageOf } from './usage.ts'
import { createValidations } from './validations.ts'

const ROUNDS = 3
const SECONDS_PER_ROUND = 4
const COUNTS = [1, 2] as const

/** One number of workers: what runs, and what it came to. */
interface Case {
  workers: number
  server: Running
  authorization: string
  validate: Measured[]
  issue: Measured[]
}

/** A load, and the milliseconds of processor that each of its requests has cost the server. */
interface Measured extends Load {
  cost: number
}

/**
 * HTTP requests a second with one worker and with two, in turns; the memory of each process, and how long
 * they take to stop.
 */
export function benchWorkers(): Promise<Row[]> {
  return withFolder(async folder => {
    const secret = randomBytes(32).toString('hex')
    const env = { UPRIGHT_DATA: folder, UPRIGHT_SECRET: secret }
    const site = addSite(env)
    const cases: Case[] = []
    for (const workers of COUNTS) {
      const server = await startUpright({ ...env, UPRIGHT_WORKERS: String(workers) })
      cases.push({
        workers,
        server,
        authorization: await authorise(server.url, site),
        validate: [],
        issue: [],
      })
    }
    try {
      await measure(cases, secret, site)
    } catch (error) {
      for (const { server } of cases) await server.stop()
      throw error
    }
    const memory = memoryRow(cases.at(-1)!)
    return [...rows(cases), ...(memory ? [memory] : []), ...(await stopRows(cases))]
  })
}

async function measure(cases: Case[], secret: string, site: BenchSite): Promise<void> {
  const validations = createValidations(secret, site)
  const isTrue = (status: number, body: string) => status === 200 && body === 'true'
  // The first round warms up, and gives the second worker its time to start.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { server, authorization, validate, issue } of cases) {
      const headers = { authorization, 'content-type': 'application/json' }
      const post = () => ({
        method: 'POST' as const,
        path: `${BASE}/valider-captcha`,
        headers,
        body: validations.next(),
      })
      const image = () => ({ path: `${BASE}/simple-captcha-endpoint?get=image&c=captchaFR`, headers })
      validations.refill()
      const validated = await costed(server, () => load(server.url, post, isTrue, SECONDS_PER_ROUND))
      const issued = await costed(server, () =>
        load(server.url, image, status => status === 200, SECONDS_PER_ROUND),
      )
      if (round === 0) continue
      validate.push(validated)
      issue.push(issued)
    }
  }
}

async function costed({ child }: Running, work: () => Promise<Load>): Promise<Measured> {
  const spent = () => 1000 * usageOf(child.pid!).cpu
  const before = spent()
  const done = await work()
  return { ...done, cost: (spent() - before) / (done.requests * SECONDS_PER_ROUND) }
}

function rows(cases: Case[]): Row[] {
  const kinds = [
    ['validate', 'HTTP valider-captcha, fresh right codes, durable'],
    ['issue', 'HTTP simple-captcha-endpoint, get=image'],
  ] as const
  return kinds.flatMap(([kind, what]) => {
    const middle = (each: Case, figure: 'requests' | 'cost') => median(each[kind].map(load => load[figure]))
    return cases.map((each, i) => {
      const times = (middle(each, 'requests') / middle(cases[0]!, 'requests')).toFixed(2)
      const cost = `${middle(each, 'cost').toFixed(2)} ms of processor each`
      const figure = `${middleLoad(each[kind])}, ${cost}${i === 0 ? '' : `: ${times} times as many`}`
      return { what: `${what}, ${each.workers} worker${i === 0 ? '' : 's'}`, figure }
    })
  })
}

/** Resident memory after the load; undefined where the system does not tell the workers of a process. */
function memoryRow({ server: { child } }: Case): Row | undefined {
  const pids = childrenOf(child.pid!)
  if (pids.length === 0) return undefined
  const [watching, ...working] = [child.pid!, ...pids].map(pid => `${whole(residentMB(pid) ?? 0)} MB`)
  return {
    what: 'resident memory after that',
    figure: `${watching} watching, workers ${working.join(' and ')}`,
  }
}

async function stopRows(cases: Case[]): Promise<Row[]> {
  const stopped: Row[] = []
  for (const { workers, server } of cases) {
    const started = performance.now()
    await server.stop()
    const figure = `${whole(performance.now() - started)} ms`
    stopped.push({
      what: `SIGTERM to the end, nobody connected, ${workers} worker${workers > 1 ? 's' : ''}`,
      figure,
    })
  }
  return stopped
}
