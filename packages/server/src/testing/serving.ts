import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  type Captcha,
  createCaptcha,
  createTickets,
  memoryLedger,
  styleNamed,
  type Tickets,
} from '@upright/core'
import { firstLine, startChild } from './child.ts'
import { freshFolder } from './folder.ts'
import { until } from './until.ts'

const SECRET = 's'.repeat(32)
/** The demo site is the first that a data folder has. */
const DEMO_SITE = 1
const VALIDATE = '/piste/captchetat/v2/valider-captcha'

/** Response to a request. */
export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** A real `upright serve` on a free port, over a data folder of its own. */
export interface Serving {
  child: ChildProcess
  url: string
  port: number
  /** Where metrics are shown, when they are. */
  metrics: string | undefined
  data: string
  /** Everything it has written to stderr so far. */
  log(): string
  /** The processes that served the requests in the log: at `LOG_LEVEL=debug` it has a line for each. */
  pids(): number[]
  /** The process that serves the connection of an agent, where the log has a line for each request. */
  pidOf(agent: Agent): Promise<number>
  /** Challenges and tickets as the service makes them, over a ledger of its own. */
  captcha: Captcha
  tickets: Tickets
  /** Asks for a path, over a connection of its own unless an agent has one. */
  ask(path: string, agent?: Agent): Promise<Answer>
  /** Sends a JSON object. */
  post(path: string, body: object, more?: Pick<Exchange, 'agent' | 'headers'>): Promise<Answer>
  /**
   * A body for `validate` with a fresh challenge of the demo site, of a clock that may be ahead, and its
   * right code.
   */
  pair(secondsAhead?: number): string
  validate(body: string, agent?: Agent): Promise<Answer>
  /** The exit status, once the process has ended. */
  ended: Promise<number | null>
}

/**
 * Starts the service, or another program of `src` that takes the same arguments, and waits until it listens.
 */
export async function startServing(
  env: Record<string, string> = {},
  { file = 'cli.ts', ...options }: SpawnOptions & { file?: string } = {},
): Promise<Serving> {
  const data = join(freshFolder(), 'data')
  const args = ['serve', '--json', '--data', data, '--port', '0']
  const child = startChild(file, args, {
    ...options,
    env: { UPRIGHT_SECRET: SECRET, LOG_LEVEL: 'warn', ...env },
  })
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  let log = ''
  child.stderr!.on('data', chunk => {
    log += chunk
  })
  const { url, demo, metrics } = JSON.parse(await firstLine(child))
  let ahead = 0
  const sealing = {
    secret: SECRET,
    ledger: memoryLedger(),
    now: () => Date.now() + ahead,
    random: randomBytes,
  }
  const captcha = createCaptcha(sealing)
  const lines = () =>
    log
      .split('\n')
      .slice(0, -1)
      // Not lines for the operator, which are text.
      .filter(line => line.startsWith('{'))
      .map(line => JSON.parse(line) as { pid: number; req?: unknown })

  const ask: Serving['ask'] = (path, agent) => exchange(url + path, { agent })

  return {
    child,
    url,
    port: Number(new URL(url).port),
    metrics,
    data,
    ended,
    log: () => log,
    pids: () => [...new Set(lines().flatMap(({ pid, req }) => (req ? [pid] : [])))],
    async pidOf(agent) {
      const known = lines().length
      await ask('/healthz', agent)
      const served = () =>
        lines()
          .slice(known)
          .find(({ req }) => req)
      await until(async () => served() !== undefined)
      return served()!.pid
    },
    captcha,
    tickets: createTickets(sealing),
    ask,
    post: (path, body, more) => exchange(url + path, { ...more, method: 'POST', body: JSON.stringify(body) }),
    pair(secondsAhead = 0) {
      ahead = secondsAhead * 1000
      const uuid = captcha.issue(DEMO_SITE, styleNamed('captchaFR')!)
      return JSON.stringify({ uuid, code: captcha.open(uuid)!.answer })
    },
    validate: (body, agent) =>
      exchange(url + VALIDATE, { agent, method: 'POST', headers: { keyid: demo.secret }, body }),
  }
}

interface Exchange {
  agent?: Agent | undefined
  method?: string
  headers?: Record<string, string>
  body?: string
}

function exchange(url: string, { agent, method, headers, body }: Exchange): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const own = agent ?? new Agent({ maxSockets: 1 })
    request(url, { agent: own, ...(method && { method }), ...(headers && { headers }) }, response => {
      text(response).then(
        body => resolve({ status: response.statusCode!, headers: response.headers, body }),
        reject,
      )
    })
      .once('error', reject)
      .end(body)
  })
}
