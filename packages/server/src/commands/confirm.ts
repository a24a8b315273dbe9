import { createInterface } from 'node:readline'
import { CaptchaError } from '@upright/core'

/** The flag of commands that ask before something is lost. */
export const YES = { yes: { type: 'boolean' } } as const

/** Where a question is asked; anything but a terminal cannot answer it. */
interface Terminal {
  input: NodeJS.ReadableStream & { isTTY?: boolean }
  output: NodeJS.WritableStream & { isTTY?: boolean }
}

/**
 * Asks whether something is to be done that cannot be undone, such as `remove site 1`. Without a terminal,
 * `--yes` has to say it. The question goes to the standard error, as the standard output is for the result.
 * @throws CaptchaError `usage` where nobody can be asked, `not_confirmed` when the answer is not yes
 */
export async function confirm(
  act: string,
  yes: boolean | undefined,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<void> {
  if (yes) return
  if (!input.isTTY || !output.isTTY) {
    throw new CaptchaError('usage', `this would ${act} for good: add --yes`)
  }
  const terminal = createInterface({ input, output })
  const answer = await new Promise<string>(resolve => {
    // Closed by Ctrl-C or Ctrl-D.
    terminal.once('close', () => resolve(''))
    terminal.question(`${act[0]!.toUpperCase()}${act.slice(1)} for good? [y/N] `, resolve)
  })
  terminal.close()
  if (!/^\s*y(es)?\s*$/i.test(answer)) throw new CaptchaError('not_confirmed')
}
