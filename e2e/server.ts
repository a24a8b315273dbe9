import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createTickets, memoryLedger } from '@upright/core'
import { answerOf } from '../packages/server/src/commands/answer.ts'
import { readConfig, secretsOf } from '../packages/server/src/config.ts'
import { readSecret } from '../packages/server/src/data-folder/folder.ts'
import { runCommand } from '../packages/server/src/testing/command.ts'

const root = new URL('../', import.meta.url)
/** Arguments of Node that run the command line as it was built. */
export const CLI = [fileURLToPath(new URL('packages/server/dist/cli.js', root))]
/** Nothing of the caller's environment reaches the server: a secret set there would change what is tested. */
export const SETTING = { cwd: fileURLToPath(root), env: { LOG_LEVEL: 'warn' } }
/** Milliseconds in which the server must say that it listens. */
const START = 30_000

/** A real server over a data folder of its own. */
export interface Server {
  url: string
  publicKey: string
  /** Runs the command line on the server's data folder; what it prints as JSON. */
  upright(...args: string[]): Promise<Record<string, unknown>>
  /** The answer of a challenge, as `upright answer` prints it, but found in this process: tests ask often. */
  answer(uuid: string): Promise<string>
  /** The answer of a kind of a ticket. */
  answerTo(ticket: string, kind: string): Promise<string>
  stop(): Promise<void>
}

/** Starts the command-line server on a free port, with a new data folder and these environment variables. */
export async function startServer(variables: Record<string, string> = {}): Promise<Server> {
  const data = await mkdtemp(join(tmpdir(), 'upright-e2e-'))
  const child = spawn(process.execPath, [...CLI, 'serve', '--data', data, '--port', '0', '--json'], {
    ...SETTING,
    env: { ...SETTING.env, ...variables },
  })
  const { url, demo } = await announced(child)
  const upright: Server['upright'] = async (...args) => {
    // All of a file's visitors come from one address, one after the other and faster than anybody.
    const freely = args.slice(0, 2).join(' ') === 'site add' ? ['--rate', '0'] : []
    const all = [...args, ...freely, '--data', data, '--json']
    const { code, stdout, stderr } = await runCommand(all, SETTING.env)
    if (code !== 0) throw new Error(stderr)
    return JSON.parse(stdout)
  }
  await upright('site', 'set', demo.publicKey, '--rate', '0')
  const answer = async (id: string) => String((await answerOf(readConfig(data, SETTING.env), id)).answer)
  return {
    url,
    publicKey: demo.publicKey,
    upright,
    answer,
    answerTo(ticket, kind) {
      const secrets = secretsOf(readConfig(data, SETTING.env), readSecret(data)!)
      const tickets = createTickets({
        ...secrets,
        ledger: memoryLedger(Date.now),
        now: Date.now,
        random: randomBytes,
      })
      return answer(tickets.open(ticket, 'any')!.ids.get(kind)!)
    },
    async stop() {
      if (child.exitCode === null) {
        const ended = new Promise(resolve => child.once('exit', resolve))
        child.kill('SIGTERM')
        await ended
      }
      await rm(data, { recursive: true, force: true })
    },
  }
}

/** The first line of standard output tells the address and the demo site's keys. */
function announced(child: ChildProcess): Promise<{ url: string; demo: { publicKey: string } }> {
  return new Promise((resolve, reject) => {
    let complaint = ''
    const fail = (why: string) => {
      child.kill('SIGKILL')
      reject(new Error(`The server did not start (${why}): ${complaint}`))
    }
    const timer = setTimeout(() => fail(`silent for ${START} ms`), START)
    child.stderr!.on('data', chunk => {
      complaint += chunk
    })
    child.once('exit', code => fail(`exit status ${code}`))
    createInterface({ input: child.stdout! }).once('line', line => {
      clearTimeout(timer)
      child.removeAllListeners('exit')
      resolve(JSON.parse(line))
    })
  })
}
