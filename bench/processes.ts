import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

/** A server in a process of its own, ready to answer. */
export interface Running {
  url: string
  child: ChildProcess
  /** Milliseconds from the start of the process to its first answer. */
  startMs: number
  stop(): Promise<void>
}

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The built command line. */
export const CLI = file('../packages/server/dist/cli.js')

/** The built service on a data folder of its own. */
export const startUpright = (env: Record<string, string>) =>
  startProcess(port => [CLI, 'serve', '--port', `${port}`], env, '/healthz')

/** A port of the loopback interface that nobody uses. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Runs a Node program that listens on the port it is given, and waits until `path` answers. */
async function startProcess(
  args: (port: number) => string[],
  env: Record<string, string>,
  path: string,
): Promise<Running> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const started = performance.now()
  const child = spawn(process.execPath, args(port), {
    env: { LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const gone = new Promise<never>((_, reject) =>
    child.once('exit', code => reject(new Error(`${args(port).join(' ')} ended with ${code}`))),
  )
  gone.catch(() => {})
  for (;;) {
    const answer = await Promise.race([fetch(url + path).catch(() => undefined), gone])
    await answer?.arrayBuffer()
    if (answer?.ok) break
    await Promise.race([new Promise(resolve => setTimeout(resolve, 5)), gone])
  }
  const startMs = performance.now() - started
  const stop = () =>
    new Promise<void>(resolve => {
      child.once('exit', () => resolve())
      child.kill('SIGTERM')
    })
  return { url, child, startMs, stop }
}

/** Runs a Fastify server with one route that answers `true`, for comparison. */
export const startBare = () => startProcess(port => [file('./bare.mjs'), `${port}`], {}, '/')

/** Runs `use` with a data folder of its own, removed afterwards. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'upright-bench-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Resident memory of a process in MB; undefined where the system does not tell it this way. */
export function residentMB(pid: number | undefined): number | undefined {
  try {
    const [, kB] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!
    return Number(kB) / 1000
  } catch {
    return undefined
  }
}

/** Processor time that a process has taken so far, in milliseconds; undefined where the system does not tell it this way. */
export function processorMs(pid: number): number | undefined {
  try {
    // Behind the name, which may hold anything: 11 fields on, the ticks of its own and of the system for it, 10 ms each.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return 10 * (Number(fields[11]) + Number(fields[12]))
  } catch {
    return undefined
  }
}

/** The processes that a process has started; none where the system does not tell it this way. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number)
  } catch {
    return []
  }
}
