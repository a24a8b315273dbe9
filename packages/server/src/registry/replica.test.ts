import { describe, expect, it } from 'vitest'
import type { PictureEntry } from './picture.ts'
import { createBytes } from './replica-bytes.ts'
import { createSnapshot } from './snapshot.ts'

/** Something that is read when the test says so. */
async function setUp() {
  const reads: { answer(text: string): void; fail(error: Error): void }[] = []
  const lost: unknown[] = []
  const opening = createSnapshot(
    () => new Promise<string>((answer, fail) => reads.push({ answer, fail })),
    error => lost.push(error),
  )
  reads[0]!.answer('first')
  const snapshot = await opening
  return { snapshot, reads, lost }
}
/** Lets everything happen that waits for nothing. */
const settled = () => new Promise(resolve => setImmediate(resolve))

describe('a snapshot', () => {
  it('is not read again until something has outdated it, and then once for all who ask', async () => {
    const { snapshot, reads } = await setUp()
    expect(await snapshot.current()).toBe('first')
    expect(reads).toHaveLength(1)
    snapshot.invalidate()
    const asking = [snapshot.current(), snapshot.current()]
    expect(reads).toHaveLength(2)
    expect(snapshot.value).toBe('first')
    reads[1]!.answer('second')
    expect(await Promise.all(asking)).toEqual(['second', 'second'])
    expect(await snapshot.current()).toBe('second')
    expect(reads).toHaveLength(2)
  })

  it('is read once more when it was outdated while it was read', async () => {
    const { snapshot, reads } = await setUp()
    snapshot.invalidate()
    const early = snapshot.current()
    snapshot.invalidate()
    const late = snapshot.current()
    reads[1]!.answer('too early')
    await settled()
    expect(reads).toHaveLength(3)
    reads[2]!.answer('second')
    expect(await Promise.all([early, late])).toEqual(['second', 'second'])
  })

  it('is given as it was when it cannot be read, and read by the next who asks', async () => {
    const { snapshot, reads, lost } = await setUp()
    snapshot.invalidate()
    const asking = snapshot.current()
    const error = new Error('away')
    reads[1]!.fail(error)
    expect(await asking).toBe('first')
    expect(lost).toEqual([error])
    const again = snapshot.current()
    reads[2]!.answer('second')
    expect(await again).toBe('second')
  })

  it('lets nobody wait for a refresh in the background, which does not trust a refresh in progress', async () => {
    const { snapshot, reads, lost } = await setUp()
    snapshot.invalidate()
    const asking = snapshot.current()
    const refreshed = snapshot.refresh()
    reads[1]!.answer('second')
    expect(await asking).toBe('second')
    await settled()
    expect(reads).toHaveLength(3)
    expect(await snapshot.current()).toBe('second')
    reads[2]!.answer('third')
    await refreshed
    expect(snapshot.value).toBe('third')
    const failing = snapshot.refresh()
    reads[3]!.fail(new Error('away'))
    await expect(failing).rejects.toThrow('away')
    expect([snapshot.value, lost]).toEqual(['third', []])
  })
})

describe('files of pictures in memory', () => {
  const serving = (ids: number[]) => ids.map(id => ({ id, state: 'serving' })) as PictureEntry[]
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1)
  function setUp(size: number) {
    const asked: number[] = []
    const bytes = createBytes(async id => {
      asked.push(id)
      return id > 0 ? Buffer.alloc(size, id) : undefined
    })
    return { bytes, asked }
  }

  it('are read once; one that is not there every time', async () => {
    const { bytes, asked } = setUp(3)
    for (let i = 0; i < 2; i++) expect(await bytes.get(7)).toEqual(Buffer.alloc(3, 7))
    for (let i = 0; i < 2; i++) expect(await bytes.get(-1)).toBeUndefined()
    expect(asked).toEqual([7, -1, -1])
  })

  it.each([
    ['by number', 1, 256],
    ['by size', 1e6, 64],
  ])('make place for others, those longest unused first: %s', async (_, size, most) => {
    const { bytes, asked } = setUp(size)
    for (const id of numbers(most)) await bytes.get(id)
    await bytes.get(1)
    await bytes.get(most + 1)
    asked.length = 0
    for (const id of [1, ...numbers(most + 1).slice(2)]) await bytes.get(id)
    expect(asked).toEqual([])
    await bytes.get(2)
    expect(asked).toEqual([2])
  })

  it('are fetched a few at a time before anybody asks, as long as there is room and they serve', async () => {
    const { bytes, asked } = setUp(1)
    const others = [{ id: 900, state: 'aside' }] as PictureEntry[]
    await bytes.fill([...others, ...serving(numbers(40))])
    expect(asked).toEqual(numbers(32))
    await bytes.fill(serving(numbers(40)))
    expect(asked).toEqual(numbers(40))
    for (let i = 0; i < 20; i++) await bytes.fill(serving(numbers(1000)))
    expect(asked).toEqual(numbers(256))
    const large = setUp(1e6)
    for (let i = 0; i < 20; i++) await large.bytes.fill(serving(numbers(1000)))
    expect(large.asked).toEqual(numbers(64))
    for (let i = 0; i < 2; i++) await large.bytes.fill(serving(numbers(64)))
    expect(large.asked).toHaveLength(64)
  })
})
