import { pbkdf2Sync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { pbkdf2Search, subtleSearch } from './pbkdf2.ts'
import { uint32 } from './task.ts'
import { bytesOf, finishSearch, kernels } from './testing.ts'

const salt = bytesOf('salt', 16)
const searches = {
  plain: (...args: Parameters<typeof subtleSearch>) => pbkdf2Search(kernels.plain(), ...args),
  simd: (...args: Parameters<typeof subtleSearch>) => pbkdf2Search(kernels.simd(), ...args),
  subtle: subtleSearch,
}

describe.each(Object.entries(searches))('PBKDF2, %s', (_name, search) => {
  it.each([1, 2, 500, 1777])('finds a counter with %i iterations', async iterations => {
    for (const length of [0, 16, 20, 60]) {
      const prefix = bytesOf('password', length)
      const counter = 21
      const password = Buffer.from([...prefix, ...uint32(counter)])
      const target = pbkdf2Sync(password, salt, iterations, 32, 'sha256').readInt32BE()
      const puzzle = { prefix, target, last: 0 }
      const found = await finishSearch(search(puzzle, { salt, iterations, start: 0, stride: 1 }))
      expect(found.counter, `${length} bytes`).toBe(counter)
    }
  })

  it('finds the first counter below a limit from every start', async () => {
    const prefix = bytesOf('limit', 20)
    const last = 2 ** 28 - 1
    for (let start = 0; start < 3; start++) {
      const options = { salt, iterations: 10, start, stride: 3 }
      const { counter } = await finishSearch(search({ prefix, target: 0, last }, options))
      const key = pbkdf2Sync(Buffer.from([...prefix, ...uint32(counter!)]), salt, 10, 32, 'sha256')
      expect(key.readUInt32BE()).toBeLessThanOrEqual(last)
    }
  })
})
