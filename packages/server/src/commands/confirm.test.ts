import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { confirm } from './confirm.ts'

/** A terminal on which an answer is typed, or which is closed without one; and what it shows. */
function terminal(answer: string | undefined, { input = true, output = true } = {}) {
  const streams = {
    input: Object.assign(new PassThrough(), { isTTY: input }),
    output: Object.assign(new PassThrough(), { isTTY: output }),
  }
  streams.input.end(answer === undefined ? '' : `${answer}\n`)
  return { ...streams, shown: () => String(streams.output.read() ?? '') }
}

describe('the question before something is lost', () => {
  it.each(['y', 'Y', 'yes', ' YES '])('takes %j for yes', async answer => {
    const asked = terminal(answer)
    await confirm('remove site 1 (Demo)', undefined, asked)
    expect(asked.shown()).toContain('Remove site 1 (Demo) for good? [y/N] ')
  })

  it.each(['', 'n', 'no', 'yesterday', undefined])('takes %j for no', async answer => {
    await expect(confirm('remove site 1', undefined, terminal(answer))).rejects.toMatchObject({
      code: 'not_confirmed',
    })
  })

  it.each([{ input: false }, { output: false }])(
    'cannot be asked where it is no terminal: %j',
    async streams => {
      const asked = terminal('y', streams)
      await expect(confirm('remove site 1 (Demo)', undefined, asked)).rejects.toMatchObject({
        code: 'usage',
        detail: 'this would remove site 1 (Demo) for good: add --yes',
      })
      expect(asked.shown()).toBe('')
    },
  )

  it('is not asked after --yes', async () => {
    const asked = terminal('n')
    await confirm('remove site 1', true, asked)
    expect(asked.shown()).toBe('')
  })
})
