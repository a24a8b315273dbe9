import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { CaptchaError } from '@upright/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NO_FACTS } from '../registry/picture-fields.ts'
import type { Registry } from '../registry/registry.ts'
import { sqliteRegistry } from '../registry/sqlite.ts'
import { freshFolder } from '../testing/folder.ts'
import { binOf } from './tally.ts'
import { createCounter } from './usage.ts'

let file: string
let time: number
let registry: Registry
let lines: string[]
const opened: Registry[] = []
const open = async () => {
  const registry = await sqliteRegistry({ file, now: () => time, random: randomBytes })
  opened.push(registry)
  return registry
}
const counterOf = (of: Parameters<typeof createCounter>[0]['registry']) =>
  createCounter({ registry: of, warn: line => void lines.push(line) })
/** Adds pictures up to this many. */
const addPictures = async (count: number) => {
  for (let i = (await registry.pictures()).length + 1; i <= count; i++) {
    await registry.addPicture(
      { ...NO_FACTS, name: `Animal ${i}`, fingerprint: '0123456789abcdef' },
      Buffer.from('x'),
    )
  }
}
/** Times shown, and answers, of a picture. */
const countsOf = async (id: number) => {
  const use = (await registry.pictureUses()).get(id)
  return use && [use.shown, use.answers.reduce((sum, count) => sum + count)]
}

beforeEach(async () => {
  file = join(freshFolder(), 'upright.db')
  time = 1_800_000_000_000
  lines = []
  registry = await open()
  await addPictures(2)
})
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

describe('counting how pictures are used', () => {
  it('writes nothing until it is asked to, and everything once', async () => {
    const counter = counterOf(registry)
    counter.shown(1)
    counter.shown(1)
    counter.answered(1, -3)
    counter.answered(1, 357)
    counter.answered(2, 180)
    expect(await registry.pictureUses()).toEqual(new Map())
    await counter.flush()
    await counter.flush()
    expect(await countsOf(1)).toEqual([2, 2])
    expect(await countsOf(2)).toEqual([0, 1])
    const { answers } = (await registry.pictureUses()).get(1)!
    expect([answers[binOf(-3)], binOf(-3), binOf(-180), binOf(180), binOf(179.99)]).toEqual([2, 35, 0, 0, 71])
  })

  it('adds up over processes and starts', async () => {
    for (let start = 0; start < 3; start++) {
      const counters = [counterOf(await open()), counterOf(await open())]
      for (const counter of counters) {
        counter.shown(1)
        counter.answered(1, 0)
      }
      await Promise.all(counters.map(({ flush }) => flush()))
      for (const each of opened.splice(1)) await each.close()
    }
    expect(await countsOf(1)).toEqual([6, 6])
  })

  it('passes over a picture that was removed meanwhile', async () => {
    const counter = counterOf(registry)
    for (const id of [1, 2]) counter.shown(id)
    await registry.removePicture(1)
    await counter.flush()
    expect([await countsOf(1), await countsOf(2), lines]).toEqual([undefined, [1, 0], []])
  })

  it('writes the use of any number of pictures', async () => {
    await addPictures(250)
    const counter = counterOf(registry)
    for (let id = 1; id <= 250; id++) counter.shown(id)
    await counter.flush()
    expect((await registry.pictureUses()).size).toBe(250)
  })

  it('loses nothing while the registry cannot be written, and says so once', async () => {
    let broken = true
    const counter = counterOf({
      ...registry,
      addPictureUse: async uses => {
        if (broken) throw new CaptchaError('unavailable', 'the registry cannot be read or written')
        await registry.addPictureUse(uses)
      },
    })
    counter.shown(1)
    counter.answered(1, 9)
    for (let i = 0; i < 3; i++) {
      const flushed = counter.flushAndJudge()
      counter.shown(1)
      await flushed
      counter.shown(2)
    }
    expect(lines).toEqual([expect.stringMatching(/^how pictures are used cannot be written down for now: /)])
    broken = false
    await counter.flushAndJudge()
    expect([await countsOf(1), await countsOf(2)]).toEqual([
      [4, 1],
      [3, 0],
    ])
    counter.shown(1)
    broken = true
    await counter.flushAndJudge()
    expect(lines).toHaveLength(2)
  })

  it('does not even fail where the registry is closed', async () => {
    const counter = counterOf(registry)
    counter.shown(1)
    await opened.pop()!.close()
    await counter.flushAndJudge()
    await counter.flush()
    expect(lines).toHaveLength(1)
  })
})

describe('the judgement of a library', () => {
  /** Answers that agree with one another, but for picture 3. */
  const answer = (counter: ReturnType<typeof createCounter>) => {
    for (let id = 1; id <= 30; id++) {
      for (let i = 0; i < 100; i++) counter.answered(id, id === 3 ? 3.6 * i : 5 + (i % 3))
    }
  }

  it('is made once an hour in all processes together, and told', async () => {
    await addPictures(30)
    const [one, two] = [counterOf(registry), counterOf(await open())]
    answer(one)
    await one.flush()
    await Promise.all([one.flushAndJudge(), two.flushAndJudge()])
    const leans = async () => [...new Set((await registry.pictures()).map(({ lean }) => lean))]
    expect(lines).toEqual([
      expect.stringMatching(/^picture 3 \(Animal 3\) is set aside: people cannot tell: /),
    ])
    expect((await registry.pictures())[2]).toMatchObject({ state: 'aside', doubted: time, lean: 0 })
    expect(await leans()).toEqual([2, 0])
    time += 3_599_999
    await Promise.all([one.flushAndJudge(), two.flushAndJudge()])
    expect(await leans()).toEqual([2, 0])
    time += 1
    await Promise.all([one.flushAndJudge(), two.flushAndJudge()])
    expect(await leans()).toEqual([4, 0])
    expect(lines).toHaveLength(1)
  })

  it('leaves a picture alone that somebody has put back, until it was answered again', async () => {
    await addPictures(30)
    const counter = counterOf(registry)
    answer(counter)
    await counter.flushAndJudge()
    await registry.setPicture(3, { state: 'serving' })
    const judged = async () => {
      time += 3_600_000
      await counter.flushAndJudge()
      return (await registry.pictures())[2]!.state
    }
    expect(await judged()).toBe('serving')
    answer(counter)
    expect(await judged()).toBe('aside')
  })
})
