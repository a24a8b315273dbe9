import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { freshFolder } from '../testing/folder.ts'
import { type SqliteLedger, sqliteLedger } from './sqlite.ts'

type Done = (error: Error | null) => void
/** Syncs that were begun; each ends when the test says so. */
const held: Done[] = []
vi.mock('node:fs', async original => ({
  ...(await original<typeof import('node:fs')>()),
  fdatasync: (_file: number, done: Done) => void held.push(done),
}))

let ledger: SqliteLedger
beforeEach(() => {
  ledger = sqliteLedger({ file: join(freshFolder(), 'ledger.db'), now: () => 1_800_000_000_000 })
})
afterEach(async () => {
  for (const done of held.splice(0)) done(null)
  await ledger.close()
})

/** Waits until so many syncs were begun. */
const begun = (count: number) => vi.waitFor(() => expect(held).toHaveLength(count), { interval: 1 })
/** Lets everything happen that can, and tells what has been answered by then. */
async function answered(promises: readonly Promise<unknown>[]) {
  const seen: number[] = []
  promises.forEach((promise, i) => void promise.catch(() => {}).then(() => seen.push(i)))
  for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve))
  return seen
}

it('answers nothing before it has reached the disk', async () => {
  const waiting = [ledger.claim('a', 60, 'x'), ledger.count('n', 60), ledger.ping()]
  await begun(1)
  expect(await answered(waiting)).toEqual([])
  held.shift()!(null)
  expect(await Promise.all(waiting)).toEqual([undefined, 1, undefined])
})

it('gathers what comes meanwhile into one batch, which waits for its own sync', async () => {
  const first = ledger.claim('a', 60, 'x')
  await begun(1)
  const later = Array.from({ length: 10 }, (_, i) => ledger.claim(`later ${i}`, 60, 'x'))
  expect(await answered([first, ...later])).toEqual([])
  expect(held).toHaveLength(1)
  held.shift()!(null)
  expect(await first).toBeUndefined()
  await begun(1)
  expect(await answered(later)).toEqual([])
  held.shift()!(null)
  expect(new Set(await Promise.all(later))).toEqual(new Set([undefined]))
})

it('commits a thousand at once, and then lets others have their turn', async () => {
  const all = Promise.all(Array.from({ length: 2500 }, (_, i) => ledger.claim(`${i}`, 60, 'x')))
  const sizes: number[] = []
  for (let i = 0; i < 3; i++) {
    await begun(1)
    sizes.push(ledger.size())
    held.shift()!(null)
  }
  expect(sizes).toEqual([1000, 2000, 2500])
  await all
})

it('refuses what may not have reached the disk, and works again after', async () => {
  const waiting = [ledger.claim('a', 60, 'x'), ledger.count('n', 60)]
  await begun(1)
  const cause = new Error('EIO')
  held.shift()!(cause)
  for (const promise of waiting) await expect(promise).rejects.toMatchObject({ code: 'unavailable', cause })
  const next = ledger.claim('b', 60, 'x')
  await begun(1)
  held.shift()!(null)
  expect(await next).toBeUndefined()
})

it('closes only after the last sync', async () => {
  const claim = ledger.claim('a', 60, 'x')
  await begun(1)
  const closed = ledger.close()
  expect(await answered([closed])).toEqual([])
  held.shift()!(null)
  await closed
  expect(await claim).toBeUndefined()
  await expect(ledger.claimed('a')).rejects.toMatchObject({ code: 'unavailable' })
})
