// Bakes the library of animals that the service starts with into packages/server/pictures:
// `npx tsx assets/bake-pictures.ts`. The pictures are committed, so that the service works at once and
// downloads nothing. Two packages are downloaded here, on Debian 12, and kept in a folder beside other
// temporary files.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { fitSubject, type Subject } from '@upright/core'
import { describePicture } from '../packages/server/src/pictures/codec.ts'
import type { Draft } from './pictures/draft.ts'
import { photographs } from './pictures/photographs.ts'
import { renders } from './pictures/renders.ts'

/** What a picture may weigh before a coarser coding is tried. */
const MAX_BYTES = 30_000
/** Of WebP, the best first. A coarser one than the last is seen. */
const QUALITIES = [80, 72, 64]

function encode({ canvas }: Draft): Buffer {
  const coded = QUALITIES.map(quality => canvas.toBuffer('image/webp', quality))
  return coded.find(({ length }) => length <= MAX_BYTES) ?? coded.at(-1)!
}

/** A box in thousandths. */
const rounded = (box: Subject): Subject => {
  const { x, y, width, height } = box
  const share = (value: number) => Math.round(1000 * value) / 1000
  return { x: share(x), y: share(y), width: share(width), height: share(height) }
}

const slug = (name: string) => name.toLowerCase().replace(/[^a-z]+/g, '-')

const folder = new URL('../packages/server/pictures/', import.meta.url)

async function main() {
  mkdirSync(folder, { recursive: true })
  for (const file of readdirSync(folder)) rmSync(new URL(file, folder))
  let total = 0
  const entries: Record<string, string | number | Subject>[] = []
  for (const draft of [...(await photographs()), ...(await renders())]) {
    const { kind, name, species, credit, licence, source } = draft
    const subject = rounded(fitSubject(draft.subject))
    const file = `${kind}-${slug(name)}.webp`
    const bytes = encode(draft)
    writeFileSync(new URL(file, folder), bytes, { flag: 'wx' })
    // None of these animals is lost, found or looking for a home.
    // Looked at once, here, so that no first start has to.
    const { fingerprint, machineEase } = await describePicture(bytes)
    entries.push({
      file,
      name,
      species,
      status: 'NONE',
      credit,
      licence,
      source,
      fingerprint,
      machineEase,
      subject,
    })
    total += bytes.length
  }
  writeFileSync(new URL('starter.json', folder), `${JSON.stringify(entries, null, 2)}\n`)
  console.log(`${entries.length} pictures, ${total} bytes`)
}

await main()
