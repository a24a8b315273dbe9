import { describe, expect, it } from 'vitest'
import { createFairQueue, type FairQueueOptions } from './fair-queue.ts'

/** A queue whose works end when they are told to, and the names of those that have begun, in their order. */
function start(options: Partial<FairQueueOptions> = {}) {
  const queue = createFairQueue({ maxRunning: 1, maxPerSite: 100, maxWaiting: 1000, ...options })
  const begun: string[] = []
  const refused: string[] = []
  const ends: (() => void)[] = []
  return {
    queue,
    begun,
    refused,
    add(site: number, network: string, name = `${site}${network}`) {
      const work = () => {
        begun.push(name)
        return new Promise<string>(resolve => ends.push(() => resolve(name)))
      }
      const result = queue.run(site, network, work)
      result.catch(({ code }) => refused.push(`${name} ${code}`))
      return result
    },
    /** Ends so many works, one after the other, each of which lets the next begin. */
    async end(count: number) {
      for (let i = 0; i < count; i++) {
        ends.shift()!()
        await settled()
      }
    },
  }
}

/** Everything that was resolved has been heard of. */
const settled = () => new Promise(resolve => setImmediate(resolve))

describe('a fair queue', () => {
  it('lets sites take turns, and within a site its networks', async () => {
    const { begun, add, end } = start()
    for (const network of ['a', 'b', 'c', 'a', 'a']) add(1, network)
    add(2, 'x')
    add(2, 'x')
    add(3, 'y')
    await end(8)
    expect(begun).toEqual(['1a', '1b', '2x', '3y', '1c', '2x', '1a', '1a'])
  })

  it('lets a site in after one of a hundred networks that another has waiting', async () => {
    const { begun, add, end } = start()
    for (let i = 0; i < 100; i++) add(1, `n${i}`)
    add(2, 'x')
    await end(3)
    expect(begun.indexOf('2x')).toBe(2)
  })

  it('lets a network in after one of a hundred sounds that another of the same site has waiting', async () => {
    const { begun, add, end } = start()
    for (let i = 0; i < 100; i++) add(1, 'a')
    add(1, 'b')
    await end(3)
    expect(begun.indexOf('1b')).toBe(2)
  })

  it('does as much at once as it may, and gives each what came of its work', async () => {
    const { begun, add, end } = start({ maxRunning: 2 })
    const results = [add(1, 'a'), add(1, 'b'), add(1, 'c')]
    expect(begun).toEqual(['1a', '1b'])
    await end(3)
    expect(await Promise.all(results)).toEqual(['1a', '1b', '1c'])
  })

  it('goes on after a work that fails, or that throws at once', async () => {
    const { queue, begun, add, end } = start()
    const failing = queue.run(1, 'a', async () => {
      throw new Error('failed')
    })
    const throwing = queue.run(1, 'a', () => {
      throw new Error('thrown')
    })
    await expect(failing).rejects.toThrow('failed')
    await expect(throwing).rejects.toThrow('thrown')
    add(1, 'b')
    await end(1)
    expect(begun).toEqual(['1b'])
  })

  it('refuses what is too much of a site, of the network that has most waiting, and no other site’s', async () => {
    const { begun, refused, add, end } = start({ maxPerSite: 4 })
    add(1, 'a', 'running')
    for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) add(1, 'a', name)
    await settled()
    expect(refused).toEqual(['a5 overloaded'])
    add(1, 'b', 'b1')
    add(1, 'c', 'c1')
    await settled()
    // Two and one and one: nobody has more than one more than the next.
    expect(refused).toEqual(['a5 overloaded', 'a4 overloaded', 'a3 overloaded'])
    for (const network of ['a', 'b', 'd']) add(1, network, `${network}+`)
    add(2, 'x', 'x1')
    await settled()
    expect(refused.slice(3)).toEqual(['a+ overloaded', 'b+ overloaded', 'a2 overloaded'])
    await end(6)
    expect(begun).toEqual(['running', 'a1', 'x1', 'b1', 'c1', 'd+'])
  })

  it('refuses what is too much in all, of the site that has most waiting', async () => {
    const { begun, refused, add, end } = start({ maxWaiting: 3 })
    add(1, 'a', 'running')
    for (const name of ['a1', 'a2', 'a3']) add(1, 'a', name)
    add(2, 'x', 'x1')
    add(3, 'y', 'y1')
    add(4, 'z', 'z1')
    add(1, 'b', 'b1')
    await settled()
    expect(refused).toEqual(['a3 overloaded', 'a2 overloaded', 'z1 overloaded', 'b1 overloaded'])
    await end(4)
    expect(begun).toEqual(['running', 'a1', 'x1', 'y1'])
  })

  it('can be cleared, and goes on with what comes after', async () => {
    const { queue, begun, add, end } = start()
    add(1, 'a', 'running')
    const waiting = [add(1, 'a'), add(2, 'x')]
    queue.clear(new Error('closed'))
    for (const result of waiting) await expect(result).rejects.toThrow('closed')
    add(1, 'a', 'later')
    await end(2)
    expect(begun).toEqual(['running', 'later'])
  })
})
