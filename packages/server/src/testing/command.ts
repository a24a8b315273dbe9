import { runCommandLine } from '../command-line.ts'
import type { Outcome } from './child.ts'

let previous: Promise<unknown> = Promise.resolve()

/**
 * Runs a command of `upright` to its end in this process, with nothing in its environment but what is given.
 * A process of its own takes ten times as long: `runChild` is for tests that need one.
 */
export function runCommand(args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  // Standard streams and environment are the process's: one command has them at a time.
  const outcome = previous.then(() => runAlone(args, env))
  previous = outcome.catch(() => {})
  return outcome
}

async function runAlone(args: string[], env: Record<string, string>): Promise<Outcome> {
  const outcome: Outcome = { code: null, stdout: '', stderr: '' }
  const { env: environment } = process
  const { stdout, stderr } = process
  const [writeOut, writeError] = [stdout.write, stderr.write]
  process.env = env
  stdout.write = collect(text => {
    outcome.stdout += text
  })
  stderr.write = collect(text => {
    outcome.stderr += text
  })
  try {
    const { code, complaint } = await runCommandLine(args)
    // As `cli.ts` has it.
    if (complaint !== undefined) outcome.stderr += `upright: ${complaint}\n`
    return { ...outcome, code }
  } finally {
    process.env = environment
    stdout.write = writeOut
    stderr.write = writeError
  }
}

/** The `write` of a stream that keeps all text. */
const collect =
  (keep: (text: string) => void): typeof process.stdout.write =>
  (chunk: string | Uint8Array, ...rest: unknown[]) => {
    keep(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())
    const done = rest.at(-1)
    if (typeof done === 'function') done()
    return true
  }
