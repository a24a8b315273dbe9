import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { freePorts } from '../packages/server/src/testing/ports.ts'

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

/** Runs a Node program that listens on the port it is given, and waits until `path` answers. */
async function startProcess(
  args: (port: number) => string[],
  env: Record<string, string>,
  path: string,
): Promise<Running> {
  const [port] = (await freePorts(1)) as [number]
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
