import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { serve } from './host.ts'

/** Where an interpreter is that answers for itself, or undefined where this machine has none. */
function interpreter(command: string, ...args: string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}

export const PYTHON = interpreter('python3', '-c', 'import sys; print(sys.executable)')
export const PHP = interpreter('php', '-r', 'echo PHP_BINARY;')

/** An example that runs. */
export interface RunningExample {
  url: string
  stop(): Promise<void>
}

/** Starts an example by its interpreter, and waits until it answers. */
export async function startExample(
  program: string,
  args: (port: string) => readonly string[],
  env: Record<string, string>,
): Promise<RunningExample> {
  const port = await freePort()
  const child = spawn(program, args(port), {
    env: { ...env, PORT: port, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: 'ignore',
  })
  const url = `http://127.0.0.1:${port}`
  await answers(url, child)
  return { url, stop: () => end(child) }
}

/** A port that was free a moment ago: PHP does not tell which one it was given. */
export async function freePort(): Promise<string> {
  const listener = await serve(() => {})
  await listener.stop()
  return new URL(listener.url).port
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'close')
  child.kill('SIGTERM')
  await ended
}

/** Waits until something answers; fails with the child that should. */
async function answers(address: string, child: ChildProcess): Promise<void> {
  for (let i = 0; ; i++) {
    if (child.exitCode !== null || i === 100) throw new Error(`nothing answers at ${address}`)
    if (
      await fetch(address).then(
        () => true,
        () => false,
      )
    )
      return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
