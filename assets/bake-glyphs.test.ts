import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { bake } from './bake-glyphs.ts'

it('bakes the fonts that are installed into the asset that is committed', () => {
  const file = readFileSync(new URL('../packages/core/src/text/glyphs.data.ts', import.meta.url), 'utf8')
  const asset = [...file.matchAll(/'([A-Za-z0-9+/=]+)',?\n/g)].map(([, line]) => line).join('')
  expect(inflateRawSync(Buffer.from(asset, 'base64')).equals(bake())).toBe(true)
})
