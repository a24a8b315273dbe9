/**
 * Sends a real service what nobody sends, to every route of its own `/openapi.json`: each request is a good
 * one with up to three things wrong with it. Whatever comes, the service answers in time, as the document
 * says, and stays up; and nothing of it is in its log.
 */
import { styleNamed } from '@upright/core'
import { idIn, solve } from '../../../packages/server/src/dialects/altcha/solve.ts'
import type { Operation, Paths, Schema } from '../../../packages/server/src/openapi/types.ts'
import { solver } from '../journeys.ts'
import { type Fleet, startFleet } from '../nodes.ts'
import { exchange, type RawRequest } from './exchange.ts'
import { faultsOf, TIMEOUT_MS } from './judge.ts'
import { type Goods, type Route, requestFor } from './requests.ts'
import { dice, MARK } from './values.ts'

/** How long and with what. */
export interface FuzzOptions {
  seed: number
  /** Number of the first request. @default 0 */
  first?: number
  /** Requests at the most. @default no bound */
  requests?: number
  /** Seconds at the most. @default no bound */
  seconds?: number
  /** What Node is given to run the command line. @default the built one */
  cli?: readonly string[]
}

/** What came of it. */
export interface FuzzReport {
  requests: number
  seconds: number
  /** Answers by route and status; 0 where a connection was closed without one. */
  counts: ReadonlyMap<string, ReadonlyMap<number, number>>
  /** Milliseconds of the slowest answer, and of the slowest of `/healthz` meanwhile. */
  slowest: { answer: number; health: number }
  /** What was wrong, with the request's number. */
  faults: string[]
}

/** Requests that are under way at a time. */
const LANES = 8
/** Challenges of each sort that requests name. */
const CHALLENGES = 12
/** Faults after which there is no need of more. */
const MAX_FAULTS = 20
/** Milliseconds between two looks at `/healthz`. */
const HEALTH_INTERVAL_MS = 200

/** Fuzzes a service of its own. */
export async function fuzz({ seed, first = 0, requests, seconds, cli }: FuzzOptions): Promise<FuzzReport> {
  const fleet = await startFleet({
    nodes: 1,
    ledger: 'sqlite',
    registry: 'sqlite',
    workers: '1',
    // Every line that there can be is read.
    env: { LOG_LEVEL: 'trace' },
    ...(cli && { cli }),
  })
  try {
    return await run(fleet, { seed, first, requests, seconds })
  } finally {
    // One that hangs would not end by itself.
    await fleet.nodes[0]!.kill()
    await fleet.stop()
  }
}

type Bounds = Record<'seed' | 'first', number> & Record<'requests' | 'seconds', number | undefined>

async function run(fleet: Fleet, { seed, first, requests, seconds }: Bounds): Promise<FuzzReport> {
  const [node] = fleet.nodes
  const port = Number(new URL(node!.url).port)
  const { routes, goods, secrets } = await prepare(fleet)
  const faults: string[] = []
  const counts = new Map<string, Map<number, number>>(routes.map(route => [nameOf(route), new Map()]))
  const slowest = { answer: 0, health: 0 }
  const log = watchLog(node!.child.stderr!, [MARK, ...secrets], line => faults.push(`the log has ${line}`))
  const start = performance.now()
  const elapsed = () => (performance.now() - start) / 1000
  let next = first
  let ended = false
  const lane = async () => {
    while (!ended) {
      const number = next++
      const over =
        (requests !== undefined && number >= first + requests) ||
        (seconds !== undefined && elapsed() >= seconds)
      if (over || faults.length >= MAX_FAULTS || node!.child.exitCode !== null) return
      const route = routes[number % routes.length]!
      const request = requestFor(route, goods, dice(seed, number), Math.floor(number / routes.length))
      const answer = await exchange(port, request, TIMEOUT_MS)
      const count = counts.get(nameOf(route))!
      count.set(answer.status, (count.get(answer.status) ?? 0) + 1)
      slowest.answer = Math.max(slowest.answer, answer.ms)
      for (const fault of faultsOf(answer, request, route, routes)) {
        faults.push(`request ${number} of seed ${seed}, ${nameOf(route)}: ${fault}\n${shown(request)}`)
      }
    }
  }
  const health = async () => {
    while (!ended) {
      const { status, ms } = await exchange(port, HEALTH, TIMEOUT_MS)
      slowest.health = Math.max(slowest.health, ms)
      if (status !== 200 && node!.child.exitCode === null)
        faults.push(`/healthz answered ${status} after ${ms.toFixed()} ms`)
      await new Promise(resolve => setTimeout(resolve, HEALTH_INTERVAL_MS))
    }
  }
  const watching = health()
  await Promise.all(Array.from({ length: LANES }, lane))
  ended = true
  await watching
  if (node!.child.exitCode !== null) faults.push(`the process ended with ${node!.child.exitCode}`)
  if (log.lines() === 0) faults.push('the log is empty: nothing was looked for')
  const done = [...counts.values()].flatMap(count => [...count.values()]).reduce((a, b) => a + b, 0)
  return { requests: done, seconds: elapsed(), counts, slowest, faults }
}

const nameOf = ({ method, path }: Route) => `${method} ${path}`

const HEALTH: RawRequest = {
  method: 'GET',
  target: '/healthz',
  headers: [
    ['Host', 'localhost'],
    ['Connection', 'close'],
  ],
  body: Buffer.alloc(0),
}

/** The beginning of a request, on few lines. */
const shown = ({ method, target, headers, body }: RawRequest) =>
  [`${method} ${target}`, ...headers.map(([name, value]) => `${name}: ${value}`), body.toString()]
    .map(line => JSON.stringify(line.length > 200 ? `${line.slice(0, 200)}… (${line.length})` : line))
    .join('\n')

/** Looks through a log as it is written for what may not be there, and for errors. */
function watchLog(
  stream: NodeJS.ReadableStream,
  secrets: readonly string[],
  onFound: (line: string) => void,
) {
  let rest = ''
  let count = 0
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    count += lines.length
    for (const line of lines) {
      const said = line.slice(0, 500)
      if (secrets.some(secret => line.includes(secret)))
        onFound(`something that was sent, a secret or an address: ${said}`)
      else if (!line.startsWith('{"level":')) onFound(`a line that is none of its own: ${said}`)
      else if (/^\{"level":[56]0,/.test(line)) onFound(`an error: ${said}`)
    }
  })
  return { lines: () => count }
}

/** Sites whose visitors may ask as much as they like, challenges of every sort, and all that opens a door. */
async function prepare(fleet: Fleet) {
  const { url } = fleet.nodes[0]!
  const work = ['altcha-v1=sha256/256', 'altcha-v2=pbkdf2/16'].flatMap(each => ['--work', each])
  const site = await fleet.addSite('--open', '--origin', '*', '--rate', '0', '--altcha-code', 'on', ...work)
  const shown = await fleet.upright('site', 'show', site.publicKey, '--altcha-key')
  const { altchaKey } = shown as { altchaKey: string }
  const [demo] = (await fleet.upright('site', 'list')) as { publicKey: string }[]
  await fleet.upright('site', 'set', demo!.publicKey, '--rate', '0')
  const { token } = (await fleet.upright('operator', 'add', '--name', 'Fuzz')) as { token: string }
  const form = { grant_type: 'client_credentials', client_id: site.publicKey, client_secret: site.secret }
  const granted = await fetch(`${url}/api/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })
  const { access_token: access } = (await granted.json()) as { access_token: string }
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Paths
    components: { schemas: Record<string, Schema> }
  }
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]): Route => ({ method, path, operation: operation as Operation }),
    ),
  )
  const captcha = solver(fleet.secret)
  const ids = Array.from({ length: CHALLENGES }, () => captcha.issue(site.id, styleNamed('captchaFR')!))
  const hashes: string[] = []
  for (let i = 0; i < CHALLENGES; i++) {
    const kind = i % 3 === 0 ? '&kind=sound' : ''
    const answer = await fetch(`${url}/api/generate/?key=${site.publicKey}${kind}`)
    hashes.push(((await answer.json()) as { content: string }).content)
  }
  const tokens: string[] = []
  for (let i = 0; i < CHALLENGES; i++) {
    const answer = await fetch(`${url}/cap/${site.publicKey}/challenge`, { method: 'POST' })
    tokens.push(((await answer.json()) as { token: string }).token)
  }
  const tickets: string[] = []
  for (let i = 0; i < CHALLENGES; i++) {
    const body = JSON.stringify({ sitekey: site.publicKey })
    const answer = await fetch(`${url}/upright/v1/challenge`, { method: 'POST', body })
    tickets.push(((await answer.json()) as { ticket: string }).ticket)
  }
  const payloads: string[] = []
  for (const version of [1, 2]) {
    const answer = await fetch(`${url}/v1/challenge?apiKey=${site.publicKey}&v=${version}`)
    const text = await answer.text()
    payloads.push(String(await solve(captcha.open(idIn(text)!)!, text)))
  }
  const answers = ids.map(id => captcha.open(id)!.answer)
  const v1 = ids.map(id => id.replaceAll('-', ''))
  const goods: Goods = {
    schemas: document.components.schemas,
    fields: { key: [site.secret] },
    named: {
      publicKey: [site.publicKey],
      key: [site.publicKey],
      keyid: [site.secret],
      bearer: [`Bearer ${access}`],
      operator: [`Bearer ${token}`],
      id: [...ids, ...v1],
      t: [...ids, ...v1],
      uuid: [...ids, ...v1],
      code: answers,
      i: answers,
      hash: hashes,
      token: tokens,
      ticket: tickets,
      sitekey: [site.publicKey],
      kind: ['work', 'text'],
      work: ['1', '[1]'],
      apiKey: [site.publicKey],
      v: ['1', '2'],
      payload: payloads,
      secret: [site.secret],
      rocaptcha_challenge_field: hashes,
      rocaptcha_response_field: ['0', '200'],
      response: ['0', '90', '180', '359.5'],
      angle: ['0', '90', '180', '359.5'],
      state: ['serving', 'candidate'],
      lang: ['fr', 'en'],
      callback: ['f', 'a.b'],
      Cookie: ['sessionid=abc', 'a=b; sessionid="abc"'],
      Range: ['bytes=0-99', 'bytes=-5', 'bytes=7-'],
      path: ['base.css', 'demo.js', 'docs.js'],
      grant_type: ['client_credentials'],
      scope: ['piste.captchetat', 'openid resource.READ'],
      client_id: [site.publicKey],
      client_secret: [site.secret],
    },
  }
  return {
    routes,
    goods,
    secrets: ['127.0.0.1', site.secret, altchaKey, access, token, fleet.secret, ...answers],
  }
}
