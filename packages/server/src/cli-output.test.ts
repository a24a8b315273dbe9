import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { firstLine, killChild, startChild } from './testing/child.ts'
import { runCommand } from './testing/command.ts'
import { freshFolder } from './testing/folder.ts'

const freshData = () => join(freshFolder(), 'data')
/** The exit status of a process and what it wrote to stderr. */
async function ended(child: ChildProcess) {
  const [error, code] = await Promise.all([
    text(child.stderr!),
    new Promise(resolve => child.once('close', resolve)),
  ])
  return [code, error]
}
const started = (url: string) => fetch(`${url}/healthz`).then(({ status }) => status)

it.each(['1', '2'])('a service of %s processes goes on when nobody reads what it writes', async workers => {
  const env = { LOG_LEVEL: 'debug', UPRIGHT_WORKERS: workers }
  const child = startChild('cli.ts', ['serve', '--json', '--port', '0', '--data', freshData()], { env })
  const { url } = JSON.parse(await firstLine(child))
  child.stdout!.destroy()
  child.stderr!.destroy()
  // At this level each request writes a line.
  for (let i = 0; i < 20; i++) expect(await started(url)).toBe(200)
  child.removeAllListeners('close')
  await killChild(child)
})

it('a command ends quietly when nobody reads what it writes', async () => {
  const data = freshData()
  await runCommand(['site', 'add', '--name', 'a', '--data', data])
  const child = startChild('cli.ts', ['site', 'list', '--data', data])
  child.stdout!.destroy()
  expect(await ended(child)).toEqual([0, ''])
})

it.skipIf(process.platform !== 'linux')('a command says that its output cannot be written', async () => {
  const full = openSync('/dev/full', 'w')
  const child = startChild('cli.ts', ['--help'], { stdio: ['pipe', full, 'pipe'] })
  expect(await ended(child)).toEqual([1, 'upright: the output cannot be written (ENOSPC)\n'])
})

it.skipIf(process.platform !== 'linux')('a service goes on when the disk of its log is full', async () => {
  const full = openSync('/dev/full', 'w')
  const child = startChild('cli.ts', ['serve', '--json', '--port', '0', '--data', freshData()], {
    env: { LOG_LEVEL: 'debug' },
    stdio: ['pipe', 'pipe', full],
  })
  const [line] = await once(createInterface(child.stdout!), 'line')
  const { url } = JSON.parse(line)
  for (let i = 0; i < 20; i++) expect(await started(url)).toBe(200)
  await killChild(child)
})
