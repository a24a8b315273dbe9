import { scryptSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { plainKernel } from './plain-kernel.ts'
import { plainMixer } from './plain-mixer.ts'
import { scryptSearch } from './scrypt.ts'
import { simdMixer } from './simd-mixer.ts'
import { uint32 } from './task.ts'
import { bytesOf, finishSearch } from './testing.ts'

const salt = bytesOf('salt', 16)
const prefix = bytesOf('password', 20)
const keyOf = (counter: number, N: number, r: number) =>
  scryptSync(Buffer.from([...prefix, ...uint32(counter)]), salt, 32, { N, r, p: 1, maxmem: 2 ** 26 })

describe.each(Object.entries({ plain: plainMixer, simd: simdMixer }))('scrypt, %s', (_name, makeMixer) => {
  it.each([
    [2, 1],
    [16, 1],
    [256, 3],
    [1024, 8],
    [8192, 8],
  ])('finds a counter with N = %i and r = %i', async (cost, memory) => {
    const target = keyOf(2, cost, memory).readInt32BE()
    const search = scryptSearch(
      plainKernel(),
      makeMixer(cost, memory),
      { prefix, target, last: 0 },
      { salt, cost, memory, start: 0, stride: 1 },
    )
    expect(await finishSearch(search)).toEqual({ counter: 2, tries: 2 })
  })

  it('finds the first counter below a limit from every start', async () => {
    const last = 2 ** 29 - 1
    const mixer = makeMixer(64, 2)
    for (let stride = 1; stride <= 5; stride++) {
      for (let start = 0; start < stride; start++) {
        const options = { salt, cost: 64, memory: 2, start, stride }
        const search = scryptSearch(plainKernel(), mixer, { prefix, target: 0, last }, options)
        let first = start
        while (keyOf(first, 64, 2).readUInt32BE() > last) first += stride
        expect((await finishSearch(search)).counter).toBe(first)
      }
    }
  })

  it('can be left inside a derivation', () => {
    const search = scryptSearch(
      plainKernel(),
      makeMixer(1024, 8),
      { prefix, target: 0, last: 0 },
      { salt, cost: 1024, memory: 8, start: 0, stride: 1 },
    )
    const pauses = []
    while (pauses.at(-1) !== 1) pauses.push(search.next().value)
    expect(pauses.length).toBeGreaterThan(20)
  })
})
