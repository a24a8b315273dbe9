import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sha256Search } from './sha256.ts'
import { uint32 } from './task.ts'
import { bytesOf, finishSearch, kernels } from './testing.ts'

const hashed = (prefix: Uint8Array, counter: number, { decimal = false, rounds = 1 } = {}) => {
  const written = decimal ? Buffer.from(String(counter)) : Buffer.from(uint32(counter))
  let digest = createHash('sha256').update(prefix).update(written).digest()
  for (let round = 1; round < rounds; round++) digest = createHash('sha256').update(digest).digest()
  return digest
}
/** A puzzle that a counter alone solves, but for one chance in 2³² a try. */
const puzzleFor = (prefix: Uint8Array, counter: number, options = {}) => ({
  prefix,
  target: hashed(prefix, counter, options).readInt32BE(),
  last: 0,
})
const usual = { rounds: 1, decimal: false, start: 0, stride: 1 }

describe.each(Object.entries(kernels))('SHA-256, %s', (_name, makeKernel) => {
  it.each([false, true])('finds a counter after a prefix of any length, decimal: %s', async decimal => {
    const kernel = makeKernel()
    for (let length = 0; length <= 130; length++) {
      const prefix = bytesOf('prefix', length)
      const counter = 1100 + length * 7
      const puzzle = puzzleFor(prefix, counter, { decimal })
      const found = await finishSearch(sha256Search(kernel, puzzle, { ...usual, decimal }))
      expect(found.counter, `${length} bytes`).toBe(counter)
    }
  })

  it.each([0, 7, 9, 10, 99, 100, 999, 1000, 9999, 10_000, 123_456])(
    'finds %i, in as many digits as it has',
    async counter => {
      const kernel = makeKernel()
      for (const length of [0, 32, 50, 55, 63]) {
        const puzzle = puzzleFor(bytesOf('digits', length), counter, { decimal: true })
        const found = await finishSearch(sha256Search(kernel, puzzle, { ...usual, decimal: true }))
        expect(found.counter, `${length} bytes`).toBe(counter)
      }
    },
  )

  it.each([1, 2, 3, 4, 5])('finds a counter from one start alone, with a stride of %i', async stride => {
    const kernel = makeKernel()
    for (const decimal of [false, true]) {
      const prefix = bytesOf('stride', 36)
      const counter = 13_337
      const span = decimal ? 1000 : 1024
      const puzzle = puzzleFor(prefix, counter, { decimal })
      for (let start = 0; start < stride; start++) {
        const search = sha256Search(kernel, puzzle, { ...usual, decimal, start, stride })
        // As many spans as it takes to be past the counter.
        let counterFound: number | undefined
        for (let first = start * span; first <= counter; first += stride * span) {
          const { done, value } = search.next()
          if (done) counterFound = value
        }
        const owner = Math.floor(counter / span) % stride
        expect(counterFound, `from ${start}`).toBe(start === owner ? counter : undefined)
      }
    }
  })

  it.each([2, 3, 100])('hashes %i times', async rounds => {
    const kernel = makeKernel()
    for (const decimal of [false, true]) {
      for (const counter of [5, 1701]) {
        const puzzle = puzzleFor(bytesOf('rounds', 60), counter, { decimal, rounds })
        const found = await finishSearch(sha256Search(kernel, puzzle, { ...usual, decimal, rounds }))
        expect(found.counter).toBe(counter)
      }
    }
  })

  it('finds the first counter below a limit, as often as chance has it', async () => {
    const kernel = makeKernel()
    const last = 2 ** 20 - 1
    let sum = 0
    for (let puzzle = 0; puzzle < 10; puzzle++) {
      const prefix = bytesOf(`limit ${puzzle}`, 36)
      const { counter } = await finishSearch(sha256Search(kernel, { prefix, target: 0, last }, usual))
      let first = 0
      while (hashed(prefix, first).readUInt32BE() > last) first++
      expect(counter).toBe(first)
      sum += first
    }
    expect(sum / 10).toBeGreaterThan(500)
  })

  it('accepts any counter under the highest limit', async () => {
    const puzzle = { prefix: bytesOf('any', 36), target: 0, last: 2 ** 32 - 1 }
    expect((await finishSearch(sha256Search(makeKernel(), puzzle, usual))).counter).toBe(0)
  })

  it('ends at the last counter of 32 bits, and says when no counter is left', async () => {
    const prefix = bytesOf('end', 36)
    const options = { ...usual, start: 2 ** 22 - 1 }
    const kernel = makeKernel()
    const found = await finishSearch(sha256Search(kernel, puzzleFor(prefix, 2 ** 32 - 1), options))
    expect(found.counter).toBe(2 ** 32 - 1)
    const missing = await finishSearch(sha256Search(kernel, puzzleFor(prefix, 3), options))
    expect(missing).toEqual({ counter: undefined, tries: 1024 })
  })
})
