import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRunner, type Runner } from './runner.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const FILE = 'packages/core/src/keys.ts'
const TEST = 'packages/core/src/keys.test.ts'
const source = readFileSync(root + FILE, 'utf8')
const CHECK = 'if (secret.length < MIN_SECRET_LENGTH)'

let runner: Runner
beforeAll(async () => {
  runner = await createRunner(root)
})
afterAll(() => runner.close())
const run = (code: string | undefined, timeoutMs = 60_000) => runner.run(TEST, FILE, code, timeoutMs)

it('tells whether a test file catches a fault, and leaves nothing of it behind', async () => {
  expect(await run(undefined)).toBe('passed')
  expect(await run(source.replace(CHECK, 'if (false)'))).toBe('failed')
  expect(await run(source)).toBe('passed')
  expect(await run('nothing that can be read (')).toBe('failed')
  expect(await run(undefined)).toBe('passed')
  expect(readFileSync(root + FILE, 'utf8')).toBe(source)
})

it('ends a test that a fault has made hang', async () => {
  expect(await run(source.replace(CHECK, 'for (;;);\n  if (false)'), 3000)).toBe('timeout')
  expect(await run(undefined)).toBe('passed')
})
