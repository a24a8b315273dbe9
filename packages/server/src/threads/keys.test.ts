import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { type Derivation, slowKey } from '@upright/core'
import { afterAll, describe, expect, it } from 'vitest'
import { createKeys } from './keys.ts'

const keys = createKeys()
afterAll(() => keys.close())
const derivation = (): Derivation => ({
  function: 'scrypt',
  cost: 1024,
  password: randomBytes(24),
  salt: randomBytes(16),
})

/** The priority of a thread of this process: field 19 of its `stat`, 17 after the name. */
function priorityOf(thread: string): number {
  const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
}

describe('keys derived in threads', () => {
  it('are those of the thread pool, however many are asked for at once', async () => {
    const asked = [
      ...Array.from({ length: 6 }, derivation),
      { ...derivation(), function: 'pbkdf2', hash: 'sha512' } as const,
    ]
    const derived = await Promise.all(asked.map(keys.derive))
    const expected = await Promise.all(asked.map(slowKey))
    expect(derived.map(key => Buffer.from(key))).toEqual(expected)
  })

  it.runIf(process.platform === 'linux')('leave the other threads their priority', async () => {
    await keys.derive(derivation())
    const all = readdirSync('/proc/self/task').map(priorityOf)
    expect(all).toContain(getPriority() + 10)
    // The first thread has the number of the process.
    expect(priorityOf(String(process.pid))).toBe(getPriority())
  })

  it('are refused for costs that no function takes, and the next is derived', async () => {
    await expect(keys.derive({ ...derivation(), cost: 3 })).rejects.toMatchObject({ code: 'internal' })
    expect(await keys.derive(derivation())).toHaveLength(32)
  })
})
