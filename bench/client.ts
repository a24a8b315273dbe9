import { execFileSync } from 'node:child_process'
import { Agent, request } from 'node:http'
import { performance } from 'node:perf_hooks'
import { text } from 'node:stream/consumers'
import autocannon from 'autocannon'
import { arrive } from './arrivals.ts'
import { CLI } from './processes.ts'
import { median } from './rate.ts'
import { whole } from './table.ts'

/** Where CaptchEtat v2 is served. */
export const BASE = '/piste/captchetat/v2'
const CONNECTIONS = 100

/** A site made for a bench, as the command line prints it. */
export interface BenchSite {
  id: number
  publicKey: string
  secret: string
}

/** Requests a second, and milliseconds that half of them and 99 of 100 took. */
export interface Load {
  requests: number
  p50: number
  p99: number
}

/** A new site in the data folder that the environment names, with some flags. */
export function addSite(env: Record<string, string>, ...flags: string[]): BenchSite {
  const args = [CLI, 'site', 'add', '--name', 'Bench', '--json', ...flags]
  return JSON.parse(execFileSync(process.execPath, args, { env, encoding: 'utf8' }))
}

/** The `Authorization` header of a site, good for an hour. @throws Error when there is none to be had */
export async function authorise(url: string, { publicKey, secret }: BenchSite): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: publicKey,
    client_secret: secret,
  })
  const answer = await fetch(`${url}/api/oauth/token`, { method: 'POST', body })
  if (!answer.ok) throw new Error(`no token: ${answer.status}`)
  const { access_token } = (await answer.json()) as { access_token: string }
  return `Bearer ${access_token}`
}

/**
 * Sends requests for some seconds, as many as are answered; every connection takes the next from `next`,
 * every answer goes to `judge`. @throws Error when one was wrong
 */
export async function load(
  url: string,
  next: () => autocannon.Request,
  judge: (status: number, body: string) => boolean,
  seconds: number,
): Promise<Load> {
  let wrong = 0
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    requests: [
      {
        setupRequest: request => {
          const { headers, ...rest } = next()
          // The client writes lengths into the headers it is given.
          return { ...request, ...rest, headers: { ...headers } }
        },
        onResponse: (status, body) => {
          if (!judge(status, body)) wrong++
        },
      },
    ],
  })
  if (wrong > 0 || result.errors > 0)
    throw new Error(`${wrong} wrong answers, ${result.errors} errors from ${url}`)
  return { requests: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 }
}

/** Asks for an address, or posts a body to it. */
type Ask = (url: string, headers?: Record<string, string>, body?: string) => Promise<string>

/**
 * Does something at an even rate, and measures each from the moment it was due. `journey` is given what asks
 * for an address, or posts a body to it, and reads the answer; it rejects when the answer is not 200.
 */
export async function pace(
  journey: (ask: Ask) => Promise<unknown>,
  rate: number,
  seconds: number,
): Promise<Load> {
  const agent = new Agent({ keepAlive: true })
  const ask: Ask = (url, headers = {}, body) =>
    new Promise((resolve, reject) => {
      request(url, { method: body === undefined ? 'GET' : 'POST', headers, agent }, response => {
        if (response.statusCode !== 200) reject(new Error(`${response.statusCode} from ${url}`))
        text(response).then(resolve, reject)
      })
        .once('error', reject)
        .end(body)
    })
  const times: number[] = []
  const one = async (due: number) => {
    await journey(ask)
    times.push(performance.now() - due)
  }
  await arrive(one, rate, seconds)
  times.sort((a, b) => a - b)
  agent.destroy()
  const share = (part: number) => times[Math.floor(part * (times.length - 1))]!
  return { requests: times.length / seconds, p50: share(0.5), p99: share(0.99) }
}

/** The middle of some loads, in one line. */
export function middleLoad(loads: Load[]): string {
  const middle = (figure: keyof Load) => median(loads.map(load => load[figure]))
  return `${whole(middle('requests'))}/s, p50 ${middle('p50').toFixed(1)} ms, p99 ${middle('p99').toFixed(1)} ms`
}
