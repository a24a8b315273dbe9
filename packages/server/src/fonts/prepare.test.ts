import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CHARACTERS, misshapen, readFonts } from '@upright/core'
import { describe, expect, it } from 'vitest'
import { freshFolder } from '../testing/folder.ts'
import { fontFile, madeFont } from '../testing/font.ts'
import { prepareFont, readFontFile } from './prepare.ts'

const woff = readFileSync(fontFile())
const refusal = (why: string) =>
  expect.objectContaining({ code: 'bad_font', message: expect.stringContaining(why) })
/** The file with one of its tables under another name. */
function renamed(from: string, to: string): Buffer {
  const file = Buffer.from(woff)
  file.write(to, file.indexOf(from), 'latin1')
  return file
}

describe('a font that is made ready', () => {
  it.each([
    ['WOFF', woff],
    ['OTF', madeFont()],
  ])('holds every character of a %s', (_, file) => {
    const { asset, leftOut } = prepareFont(file)
    const [font, ...more] = readFonts(asset)
    expect([font!.name, misshapen(font!), leftOut, more]).toEqual(['', '', '', []])
    expect(prepareFont(file).asset.equals(asset)).toBe(true)
  })

  it('leaves out what it draws like something else, if there is not much of it', () => {
    expect(prepareFont(madeFont(CHARACTERS, c => (c === 'W' ? 'M' : c))).leftOut).toBe('MW')
    // They never meet in a code.
    expect(prepareFont(madeFont(CHARACTERS, c => ({ O: '0', S: '5', Z: '2' })[c] ?? c)).leftOut).toBe('')
    const same = madeFont(CHARACTERS, c => (/[A-Z]/.test(c) ? 'H' : c))
    expect(() => prepareFont(same)).toThrow(refusal('too many characters like others: A'))
  })
})

describe('a font that cannot be used', () => {
  it.each<[string, Buffer, string]>([
    ['is empty', Buffer.alloc(0), 'it is empty'],
    [
      'is a PNG',
      Buffer.from('\x89PNG\r\n\x1a\n and more', 'latin1'),
      'it is no font: TTF, OTF and WOFF are read',
    ],
    ['is two bytes long', Buffer.from('OT'), 'it is no font'],
    ['ends after its kind', Buffer.from('OTTO'), 'it was cut short'],
    ['was cut short', woff.subarray(0, woff.length >> 1), 'it was cut short'],
    ['lacks its last byte', madeFont().subarray(0, -40), 'it was cut short'],
    ['is WOFF2', readFileSync(fontFile('woff2')), 'it is WOFF2, which is not read'],
    ['is a collection', Buffer.from('ttcf and more'), 'it is a collection'],
    ['has colours', renamed('gasp', 'COLR'), 'it is a colour font'],
    ['is variable', renamed('gasp', 'fvar'), 'it is a variable font'],
    ['has bitmaps alone', renamed('glyf', 'EBDT'), 'it has no outlines'],
    ['has no map of characters', renamed('cmap', 'xxxx'), 'it is damaged'],
    ['is damaged', Buffer.from(woff).fill(0xff, 7000, 9000), 'it is damaged'],
    ['has no figures', madeFont(CHARACTERS.replace(/\d/g, '')), 'it lacks 0123456789'],
    ['has other letters', readFileSync(fontFile('woff', 'latin-ext')), 'it lacks BC'],
    ['has empty letters', madeFont(CHARACTERS, c => ('QM'.includes(c) ? '' : c)), 'it draws MQ not at all'],
    [
      'has a hyphen for a letter',
      madeFont(CHARACTERS, c => (c === 'e' ? '-' : c)),
      'it draws e not at all, or',
    ],
  ])('%s', (_, file, why) => {
    expect(() => prepareFont(file)).toThrow(refusal(why))
  })

  it('is refused as one when it is damaged so that its parser would never end', () => {
    const file = Buffer.from(woff)
    file[1208]! ^= 0x55
    expect(() => prepareFont(file)).toThrow(refusal('it is damaged'))
  })

  it('is not even read when it is too large, not there or no file', async () => {
    const folder = freshFolder()
    writeFileSync(join(folder, 'huge.ttf'), Buffer.alloc(5 * 2 ** 20 + 1))
    mkdirSync(join(folder, 'folder.ttf'))
    await expect(readFontFile(join(folder, 'huge.ttf'))).rejects.toEqual(refusal('more than 5242880'))
    await expect(readFontFile(join(folder, 'folder.ttf'))).rejects.toEqual(refusal('is not a file'))
    await expect(readFontFile(join(folder, 'none.ttf'))).rejects.toEqual(refusal('cannot be read (ENOENT)'))
    expect(await readFontFile(fontFile())).toEqual(woff)
  })
})
