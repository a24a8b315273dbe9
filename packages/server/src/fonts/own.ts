import { CaptchaError, type Font, misshapen, type Outlines, readFonts } from '@upright/core'
import type { FontEntry } from '../registry/registry.ts'

/**
 * The fonts of a registry, as codes are drawn in them. Every outline is looked at, so that none is found
 * damaged in the middle of a picture.
 * @throws CaptchaError `database_corrupt`, naming the font and how to go on without it
 */
export function ownFonts(entries: readonly FontEntry[]): Font[] {
  return entries.map(({ id, name, leftOut, asset }) => {
    const outlines = whole(asset)
    if (outlines) return { ...outlines, name, leftOut }
    throw new CaptchaError(
      'database_corrupt',
      `the outlines of font ${id} (${name}); put back a copy, or start without it after "upright font remove ${id}"`,
    )
  })
}

function whole(asset: Uint8Array): Outlines | undefined {
  try {
    const [font, ...more] = readFonts(asset)
    return font && more.length === 0 && misshapen(font) === '' ? font : undefined
  } catch {
    return undefined
  }
}
