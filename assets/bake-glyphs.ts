// Bakes the outlines of our fonts into packages/core/src/text/glyphs.data.ts:
// `npx tsx assets/bake-glyphs.ts`. The asset is committed, so that no font is ever parsed where pictures are
// drawn, and so that the same id gives the same picture whatever versions of the font packages are about. The
// format is told in packages/core/src/text/glyphs.ts.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { deflateRawSync } from 'node:zlib'
import { bakeAsset, bakeFont, parseFont } from '../packages/server/src/fonts/bake.ts'

/**
 * Font packages of npm and the weight taken: chosen to differ clearly, and to read well as single letters.
 */
export const FONTS: readonly [family: string, weight: number][] = [
  ['alfa-slab-one', 400],
  ['arvo', 700],
  ['bangers', 400],
  ['bitter', 700],
  ['caveat-brush', 400],
  ['chewy', 400],
  ['chivo', 700],
  ['comic-neue', 700],
  ['courier-prime', 700],
  ['fredoka', 600],
  ['kalam', 700],
  ['lora', 700],
  ['luckiest-guy', 400],
  ['merriweather', 700],
  ['oswald', 500],
  ['patrick-hand', 400],
  ['paytone-one', 400],
  ['permanent-marker', 400],
  ['roboto-slab', 700],
  ['russo-one', 400],
  ['saira-stencil-one', 400],
  ['space-mono', 700],
]

/** The asset's bytes before they are packed. */
export function bake(): Buffer {
  const require = createRequire(import.meta.url)
  return bakeAsset(
    FONTS.map(([family, weight]) => {
      const file = require.resolve(`@fontsource/${family}/files/${family}-latin-${weight}-normal.woff`)
      return bakeFont(parseFont(readFileSync(file)), family)
    }),
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bytes = bake()
  const packed = deflateRawSync(bytes, { level: 9 }).toString('base64')
  const target = new URL('../packages/core/src/text/glyphs.data.ts', import.meta.url)
  const lines = packed.match(/.{1,16000}/g)!.map(line => `  '${line}',`)
  writeFileSync(
    target,
    `// Made by assets/bake-glyphs.ts from the fonts that NOTICES.md lists. Do not edit.\nexport default [\n${lines.join('\n')}\n].join('')\n`,
  )
  console.log(`${FONTS.length} fonts, ${bytes.length} bytes, ${packed.length} characters packed`)
}
