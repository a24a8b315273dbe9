import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { firstLine, killChild, startChild } from '../testing/child.ts'
import { runCommand } from '../testing/command.ts'
import { freshFolder } from '../testing/folder.ts'

const running: ReturnType<typeof startChild>[] = []
afterEach(async () => {
  for (const child of running.splice(0)) if (child.exitCode === null) await killChild(child)
})

/** A reading test of two codes in a process of its own. */
async function start(out: string, ...args: string[]) {
  const all = ['reading-test', '--style', 'captchaFR', '--count', '2', '--seed', 'a', '--json', '--out', out]
  const child = startChild('cli.ts', [...all, ...args])
  running.push(child)
  const lines: string[] = []
  child.stdout!.on('data', text => lines.push(...String(text).trimEnd().split('\n')))
  const ended = new Promise(resolve => child.once('close', resolve))
  const { url, out: file } = JSON.parse(await firstLine(child))
  return {
    ...{ child, url, file },
    async answer(n: number, typed: string) {
      await fetch(`${url}challenges/${n}`)
      await fetch(`${url}answers`, { method: 'POST', body: JSON.stringify({ n, typed }) })
    },
    /** Exit code, and what was said last. */
    async end(): Promise<[code: unknown, said: Record<string, unknown>]> {
      return [await ended, JSON.parse(lines.at(-1)!)]
    },
  }
}

describe('upright reading-test', () => {
  it('ends by itself with the last answer, and asks what render writes with the same seed', async () => {
    const folder = freshFolder()
    const out = join(folder, 'new.json')
    const render = ['render', 'text', '--style', 'captchaFR', '--count', '2', '--seed', 'a', '--out', folder]
    expect((await runCommand(render)).code).toBe(0)
    const labels = readFileSync(join(folder, 'labels.tsv'), 'utf8').trimEnd().split('\n')
    const { url, answer, end } = await start(out)
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    const picture = await (await fetch(`${url}challenges/1`)).arrayBuffer()
    expect(Buffer.from(picture).equals(readFileSync(join(folder, '1.png')))).toBe(true)
    for (const [i, label] of labels.entries()) await answer(i + 1, label.split('\t')[1]!)
    const whole = { right: 2, of: 2, low: 0.3424, high: 1 }
    const [code, said] = await end()
    expect([code, said]).toEqual([
      0,
      { out, count: 2, answered: 2, skipped: 0, whole, seconds: expect.any(Number) },
    ])
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ style: 'captchaFR', seed: 'a', whole })
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('keeps what was answered when %s ends it', async signal => {
    const out = join(freshFolder(), 'r.json')
    const { child, answer, end } = await start(out)
    await answer(1, 'WRONG')
    child.kill(signal)
    expect(await end()).toEqual([0, expect.objectContaining({ out, count: 2, answered: 1 })])
    expect(JSON.parse(readFileSync(out, 'utf8')).items).toHaveLength(1)
  })

  it('leaves no file where nothing was answered', async () => {
    const folder = freshFolder()
    const { child, end } = await start(join(folder, 'r.json'))
    child.kill('SIGINT')
    expect(await end()).toEqual([0, expect.objectContaining({ out: null, answered: 0 })])
    expect(readdirSync(folder)).toEqual([])
  })

  it('takes the next free name rather than write over a result', async () => {
    const folder = freshFolder()
    for (const name of ['r.json', 'r-2.json']) writeFileSync(join(folder, name), 'mine')
    const { file, answer } = await start(join(folder, 'r.json'))
    expect(file).toBe(join(folder, 'r-3.json'))
    await answer(1, 'X')
    for (const name of ['r.json', 'r-2.json']) expect(readFileSync(join(folder, name), 'utf8')).toBe('mine')
    expect(JSON.parse(readFileSync(file, 'utf8')).answered).toBe(1)
  })

  it('says in one line that the port is in use, and leaves no file', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    const folder = freshFolder()
    const args = ['--style', 'rotate', '--count', '1', '--port', `${port}`, '--out', join(folder, 'r.json')]
    const { code, stderr } = await runCommand(['reading-test', ...args])
    other.close()
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^upright: The address is already in use: 127\.0\.0\.1:\d+; [^\n]+\n$/),
    ])
    expect(readdirSync(folder)).toEqual([])
  })

  const folder = freshFolder()
  mkdirSync(join(folder, 'results'))
  it.each<[args: string[], message: string]>([
    [['--count', '2'], 'reading-test needs --style'],
    [['--style', 'captchaFR'], 'reading-test needs --count'],
    [['--style', 'captcha', '--count', '2'], 'There is no style of this name: captcha; choose one of read'],
    ...['0', '501', 'many', '1.5', '-1', ''].map((count): [string[], string] => [
      ['--style', 'captchaFR', `--count=${count}`],
      `--count must be a whole number from 1 to 500, not "${count}"`,
    ]),
    [
      ['--style', 'rotate', '--count', '2', '--form', 'sound'],
      '--form sound: rotate can be shown as picture',
    ],
    [
      ['--style', 'captchaFR', '--count', '2', '--form', 'touch'],
      '--form touch: captchaFR can be shown as picture or sound',
    ],
    [['--style', 'captchaFR', '--count', '2', '--port', '70000'], '--port must be a whole number'],
    [['--style', 'captchaFR', '--count', '2', '--out', join(folder, 'results')], 'results is a folder'],
    [
      ['--style', 'captchaFR', '--count', '2', '--out', join(folder, 'none', 'r.json')],
      'r.json cannot be written (ENOENT)',
    ],
  ])('says in one line what is wrong with %j', async (args, message) => {
    const { code, stdout, stderr } = await runCommand(['reading-test', ...args])
    expect(stderr).toMatch(/^upright: [^\n]+\n$/)
    expect(stderr).toContain(message)
    expect([code, stdout]).toEqual([message.includes('no style') ? 1 : 2, ''])
  })
})
