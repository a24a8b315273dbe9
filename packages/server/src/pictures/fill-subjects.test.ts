import { randomBytes } from 'node:crypto'
import { CaptchaError } from '@upright/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { NO_FACTS } from '../registry/picture-fields.ts'
import type { Registry, StarterPicture } from '../registry/registry.ts'
import { sqliteRegistry } from '../registry/sqlite.ts'
import { freshFolder } from '../testing/folder.ts'
import { fillSubjects } from './fill-subjects.ts'

const box = (x: number) => ({ x, y: 0.2, width: 0.5, height: 0.6 })
const picture = (name: string, fingerprint: string) => ({ ...NO_FACTS, name, fingerprint })
const [KNOWN, OTHER] = ['0123456789abcdef', 'fedcba9876543210'] as const
const bytes = Buffer.from('webp')
const starter = async (): Promise<StarterPicture[]> => [
  { file: 'a.webp', picture: { ...picture('a', KNOWN), subject: box(0.1) }, bytes },
]

let registry: Registry
let warnings: string[]
const subjects = async () => (await registry.pictures()).map(({ subject }) => subject)
beforeEach(async () => {
  const now = () => 1_800_000_000_000
  registry = await sqliteRegistry({ file: `${freshFolder()}/upright.db`, now, random: randomBytes })
  warnings = []
  await registry.addPicture(picture('of the package', KNOWN), bytes)
  await registry.addPicture({ ...picture('set', OTHER), subject: box(0.2) }, bytes)
  await registry.addPicture(picture('imported', OTHER), bytes)
})
afterEach(() => registry.close())
const options = { starter, warn: (line: string) => warnings.push(line) }

it('gives pictures without a subject one: those of the package theirs, others what is seen in them', async () => {
  const seen: Uint8Array[] = []
  const describe = async (file: Uint8Array) => {
    seen.push(file)
    return { subject: box(0.3) }
  }
  await fillSubjects({ ...options, registry, describe }).done
  expect(await subjects()).toEqual([box(0.1), box(0.2), box(0.3)])
  expect(seen).toEqual([bytes])
  await fillSubjects({ ...options, registry, describe, starter: () => Promise.reject(new Error('asked')) })
    .done
  expect(warnings).toEqual([])
})

it('keeps what an operator sets meanwhile', async () => {
  const describe = async () => {
    await registry.setPicture(3, { subject: box(0.4) })
    return { subject: box(0.3) }
  }
  await fillSubjects({ ...options, registry, describe }).done
  expect((await subjects())[2]).toEqual(box(0.4))
})

it('stops after the picture it is at, and goes on at the next start', async () => {
  await registry.addPicture(picture('last', OTHER), bytes)
  let stop: Promise<void> | undefined
  const filling = fillSubjects({
    ...options,
    registry,
    async describe() {
      stop = filling.stop()
      return { subject: box(0.3) }
    },
  })
  await filling.done
  await stop
  expect(await subjects()).toEqual([box(0.1), box(0.2), box(0.3), null])
  await fillSubjects({ ...options, registry, describe: async () => ({ subject: box(0.4) }) }).done
  expect((await subjects())[3]).toEqual(box(0.4))
})

it('skips a damaged picture, and warns the operator', async () => {
  await registry.addPicture(picture('last', OTHER), bytes)
  let count = 0
  const describe = async () => {
    if (count++ === 0) throw new CaptchaError('bad_picture', 'it cannot be decoded')
    return { subject: box(0.3) }
  }
  await fillSubjects({ ...options, registry, describe }).done
  expect(await subjects()).toEqual([box(0.1), box(0.2), null, box(0.3)])
  expect(warnings).toEqual([expect.stringContaining('picture 3 is damaged')])
})

it('warns the operator when it fails', async () => {
  const describe = () => Promise.reject(new Error('damaged'))
  await fillSubjects({ ...options, registry, describe }).done
  expect(warnings).toEqual([expect.stringContaining('damaged')])
})
