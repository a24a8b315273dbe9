import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CaptchaError, type ErrorCode } from '@upright/core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Registry } from '../registry/registry.ts'
import { sqliteRegistry } from '../registry/sqlite.ts'
import { freshFolder } from '../testing/folder.ts'
import { scene } from './codec.testing.ts'
import { preparePicture } from './codec.ts'
import { type ImportOptions, importPictures } from './import.ts'

let registry: Registry
let folder: string
beforeEach(async () => {
  folder = freshFolder()
  const file = join(freshFolder(), 'upright.db')
  registry = await sqliteRegistry({ file, now: () => 1_800_000_000_000, random: randomBytes })
})
afterEach(() => registry.close())

const jpeg = (seed: number, width = 320, height = 240) => scene(seed, width, height).encodeSync('jpeg', 90)
const dataUrl = (seed: number) => `data:image/jpeg;base64,${jpeg(seed).toString('base64')}`

/** Puts a file into the folder that is imported. */
function put(path: string, content: string | Uint8Array): string {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

const imported = (path = folder, options: Partial<ImportOptions> = {}) =>
  importPictures(path, { registry, ...options })
const feed = (content: unknown) => imported(put('feed.json', JSON.stringify(content)))
const csv = (...lines: string[]) => imported(put('feed.csv', lines.join('\r\n')))

describe('importing a folder', () => {
  it('takes the pictures below it in the order of their names, called as their files are', async () => {
    put('b/Réglisse.jpg', jpeg(1))
    put('a_small_dog.webp', scene(2).encodeSync('webp', 80))
    put('c.PNG', scene(3).encodeSync('png'))
    put('b/d/e.avif', scene(4, 300, 300).encodeSync('avif'))
    put('notes.txt', 'not a picture')
    put('.hidden.jpg', jpeg(5))
    const told: string[] = []
    const result = await imported(folder, { onProgress: (done, total) => told.push(`${done}/${total}`) })
    expect(result).toEqual({
      added: [
        { where: 'a_small_dog.webp', id: 1, name: 'a small dog' },
        { where: 'b/Réglisse.jpg', id: 2, name: 'Réglisse' },
        { where: 'b/d/e.avif', id: 3, name: 'e' },
        { where: 'c.PNG', id: 4, name: 'c' },
      ],
      duplicates: [],
      refused: [],
    })
    expect(told).toEqual(['1/4', '2/4', '3/4', '4/4'])
    const prepared = await preparePicture(jpeg(1))
    expect(await registry.pictureBytes(2)).toEqual(prepared.bytes)
    expect((await registry.pictures())[1]).toMatchObject({
      state: 'serving',
      status: 'NONE',
      fingerprint: prepared.fingerprint,
      machineEase: prepared.machineEase,
    })
  })

  it('reads what a JSON file beside a picture says of it', async () => {
    put('rex.jpg', scene(1, 900, 600).encodeSync('jpeg', 90))
    put(
      'rex.json',
      '\ufeff{"Name": "Rex II", "status": "lost", "City": "Sens", "age": 7, "crop": {"x": 0, "side": 0.5}}',
    )
    await imported(folder, { state: 'candidate', defaults: { status: 'FOUND', shelter: 'Refuge' } })
    expect(await registry.pictures()).toMatchObject([
      { name: 'Rex II', status: 'LOST', city: 'Sens', shelter: 'Refuge', state: 'candidate' },
    ])
    const cut = await preparePicture(scene(1, 900, 600).encodeSync('jpeg', 90), { x: 0, side: 0.5 })
    expect(await registry.pictureBytes(1)).toEqual(cut.bytes)
  })

  it.each(['{', '[]', '"a"', '{"name": {"first": "Rex"}}', '{"crop": "all"}', '{"crop": {"side": 0}}'])(
    'refuses a picture beside which stands %s, and only that',
    async text => {
      put('a.jpg', jpeg(1))
      put('a.json', text)
      put('b.jpg', jpeg(2))
      const { added, refused } = await imported()
      expect(added).toMatchObject([{ where: 'b.jpg' }])
      expect(refused).toMatchObject([{ where: 'a.jpg' }])
    },
  )

  it('goes on after every file that cannot be used, and says why', async () => {
    put('1-empty.jpg', '')
    put('2-text.jpg', 'hello')
    put('3-liar.jpg', scene(1).encodeSync('png'))
    put('4-gif.gif', scene(1).encodeSync('gif'))
    put('5-svg.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>')
    put('6-cut.jpg', jpeg(1).subarray(0, 3000))
    put('7-small.jpg', jpeg(1, 300, 100))
    truncateSync(put('8-large.jpg', ''), 20_000_001)
    put('9-good.jpg', jpeg(1))
    const { added, refused } = await imported()
    expect(refused.map(({ where, why }) => `${where}: ${why}`)).toEqual([
      '1-empty.jpg: it is empty',
      '2-text.jpg: it is something else, not JPEG, PNG, WebP or AVIF',
      '3-liar.jpg: it is PNG, not JPEG as it says',
      '4-gif.gif: it is a GIF, not JPEG, PNG, WebP or AVIF',
      '5-svg.svg: it is an SVG or XML, not JPEG, PNG, WebP or AVIF',
      '6-cut.jpg: it is damaged or was cut short',
      '7-small.jpg: its header says 300 × 100 pixels, fewer than 200 on its shorter side',
      '8-large.jpg: it has 20000001 bytes, more than 20000000',
    ])
    expect(added).toMatchObject([{ where: '9-good.jpg', id: 1 }])
  })

  it('skips what looks like a picture that is there or came before, also mirrored or set aside', async () => {
    put('a.jpg', jpeg(1))
    expect((await imported()).added).toHaveLength(1)
    await registry.setPicture(1, { state: 'aside' })
    put('b.jpg', scene(1, 1600, 1200).encodeSync('jpeg', 60))
    const mirrored = scene(7)
    const context = mirrored.getContext('2d')
    context.resetTransform()
    context.setTransform(-1, 0, 0, 1, 640, 0)
    context.drawImage(scene(1), 0, 0)
    put('c.webp', mirrored.encodeSync('webp', 80))
    put('d.jpg', jpeg(2))
    put('e.png', scene(2, 500, 375).encodeSync('png'))
    const { added, duplicates } = await imported()
    expect(added).toEqual([{ where: 'd.jpg', id: 2, name: 'd' }])
    expect(duplicates).toEqual([
      { where: 'a.jpg', like: { id: 1, name: 'a' } },
      { where: 'b.jpg', like: { id: 1, name: 'a' } },
      { where: 'c.webp', like: { id: 1, name: 'a' } },
      { where: 'e.png', like: { id: 2, name: 'd' } },
    ])
  })

  it('follows no link out of it', async () => {
    const outside = join(freshFolder(), 'secret.jpg')
    writeFileSync(outside, jpeg(1))
    symlinkSync(outside, join(folder, 'a.jpg'))
    symlinkSync(dirname(outside), join(folder, 'b'))
    put('c.jpg', jpeg(2))
    symlinkSync('c.jpg', join(folder, 'd.jpg'))
    const { added, duplicates, refused } = await imported()
    expect(refused).toEqual([
      { where: 'a.jpg', code: 'bad_picture', why: '"a.jpg" is a link that leads out of the folder' },
    ])
    expect(added).toMatchObject([{ where: 'c.jpg' }])
    expect(duplicates).toMatchObject([{ where: 'd.jpg' }])
  })

  it('has nothing to say of a folder without pictures', async () => {
    expect(await imported()).toEqual({ added: [], duplicates: [], refused: [] })
  })

  it('says when there is nothing at the path', async () => {
    await expect(imported(join(folder, 'x'))).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining('there is nothing'),
    })
  })

  it.skipIf(process.getuid?.() === 0)('goes on after a folder that it may not read', async () => {
    put('a/b.jpg', jpeg(1))
    put('c.jpg', jpeg(2))
    chmodSync(join(folder, 'a'), 0)
    const { added, refused } = await imported()
    expect(refused).toEqual([{ where: 'a', code: 'bad_picture', why: 'the folder cannot be read (EACCES)' }])
    expect(added).toHaveLength(1)
    chmodSync(join(folder, 'a'), 0o700)
  })

  it('takes one picture', async () => {
    expect((await imported(put('rex.jpg', jpeg(1)))).added).toMatchObject([{ where: 'rex.jpg', name: 'rex' }])
  })

  it('cuts a file name that is too long for a name, and takes out what forges lines', async () => {
    put(`${'x'.repeat(120)}.jpg`, jpeg(1))
    put('a\u001b[2K\nb\u202e.jpg', jpeg(2))
    await imported()
    expect((await registry.pictures()).map(({ name }) => name)).toEqual(['a [2K b', 'x'.repeat(80)])
  })

  it('refuses words that it does not know before it begins', async () => {
    put('a.jpg', jpeg(1))
    const status = 'GONE' as 'LOST'
    await expect(imported(folder, { defaults: { status } })).rejects.toMatchObject({ code: 'bad_request' })
    expect(await registry.pictures()).toEqual([])
  })

  it('stops when the registry fails', async () => {
    for (let i = 0; i < 4; i++) put(`${i}.jpg`, jpeg(i))
    const failing = { ...registry, addPicture: () => Promise.reject(new Error('the disk is full')) }
    await expect(importPictures(folder, { registry: failing })).rejects.toThrow('the disk is full')
  })

  it('stops when nothing can be made ready, and goes on after one picture that cannot', async () => {
    for (let i = 0; i < 3; i++) put(`${i}.jpg`, jpeg(i))
    const failing = (code: ErrorCode) => {
      let left = 1
      const prepare: ImportOptions['prepare'] = async (bytes, crop) => {
        if (left-- > 0) throw new CaptchaError(code, 'a thread ended')
        return preparePicture(bytes, crop)
      }
      return imported(folder, { prepare })
    }
    await expect(failing('unavailable')).rejects.toMatchObject({ code: 'unavailable' })
    // Two are read at a time: the other may have been added by then.
    const { added, duplicates, refused } = await failing('internal')
    expect(refused).toMatchObject([{ code: 'bad_picture', why: 'it cannot be read' }])
    expect(added.length + duplicates.length).toBe(2)
  })
})

describe('importing a CSV feed', () => {
  it('reads every column, whatever their order and case, and leaves the others', async () => {
    put('photos/rex.jpg', jpeg(1))
    const result = await csv(
      'STATUS,Picture, name ,species,age,shelter,City,link,credit,license,source',
      'adoption,photos/rex.jpg,"Rex, ""le roi""",dog,7,"Refuge',
      'de Sens",Sens,https://refuge.example/rex?a=1&b=é,A. B.,CC-BY-4.0,own',
    )
    expect(result).toMatchObject({ added: [{ where: 'feed.csv, line 3' }], refused: [] })
    expect(await registry.pictures()).toMatchObject([
      {
        name: 'Rex, "le roi"',
        species: 'dog',
        status: 'ADOPTION',
        shelter: 'Refuge de Sens',
        city: 'Sens',
        link: 'https://refuge.example/rex?a=1&b=%C3%A9',
        credit: 'A. B.',
        licence: 'CC-BY-4.0',
        source: 'own',
      },
    ])
  })

  it.each([
    ['semicolons', 'name;image\nÉmile, chat;1.jpg'],
    ['tabs', 'name\timage\nÉmile, chat\t1.jpg'],
    ['commas', 'name,image\n"Émile, chat",1.jpg'],
    ['a byte order mark', '\ufeff"name";"image"\r\n"Émile, chat";"1.jpg"\r\n'],
    ['old line ends', 'name;image\rÉmile, chat;1.jpg\r'],
    ['doubled line ends', 'name;image\r\r\nÉmile, chat;1.jpg\r\r\n'],
    ['empty lines and cells', '\nname;image;;\n\n;;;\nÉmile, chat;1.jpg;;\n\n'],
    ['empty cells above its columns', ';;\nname;image;\nÉmile, chat;1.jpg;'],
    ['vertical bars', 'name|image\nÉmile, chat|1.jpg'],
    ['line that says its delimiter', 'sep=;\r\nname;image\r\nÉmile, chat;1.jpg\r\n'],
    ['line that says it in quotation marks', '\ufeff"sep=;"\rname;image\rÉmile, chat;1.jpg'],
    ['line that says a rare delimiter', '\nSEP=^\nname^image\n"Émile, chat"^1.jpg'],
    ['line that says a tab', 'sep=\t\nname\timage\nÉmile, chat\t1.jpg'],
    ['spaces around quotation marks', '"name" , "image"\n"Émile, chat" , "1.jpg" '],
    ['empty first cells between tabs', '\tname\timage\n\t"Émile, chat"\t1.jpg'],
    ["sign of DOS's end", 'name;image\r\nÉmile, chat;1.jpg\r\n\x1a'],
  ])('knows a table by its %s', async (_, text) => {
    put('1.jpg', jpeg(1))
    expect((await imported(put('feed.csv', text))).added).toMatchObject([{ name: 'Émile, chat' }])
  })

  it('reads what spreadsheets write that do not write UTF-8', async () => {
    put('1.jpg', jpeg(1))
    put('2.jpg', jpeg(2))
    await imported(
      put('feed.csv', Buffer.from('name;file\nÉmile – à adopter;1.jpg'.replace('–', '\x96'), 'latin1')),
    )
    await imported(put('feed.tsv', Buffer.from('\ufeffname\tfile\nRéglisse\t2.jpg', 'utf16le')))
    expect((await registry.pictures()).map(({ name }) => name)).toEqual(['Émile – à adopter', 'Réglisse'])
  })

  it.each([
    ['little', '\ufeff'],
    ['little', ''],
    ['big', '\ufeff'],
    ['big', ''],
  ])('reads UTF-16 with the %s end first, after the mark "%s"', async (end, mark) => {
    put('1.jpg', jpeg(1))
    const bytes = Buffer.from(`${mark}name,file\nŁatek,1.jpg\n`, 'utf16le')
    await imported(put('feed.csv', end === 'big' ? bytes.swap16() : bytes))
    expect((await registry.pictures()).map(({ name }) => name)).toEqual(['Łatek'])
  })

  it('counts the line that says the delimiter', async () => {
    const result = await csv('sep=;', 'name;picture', 'a;missing.jpg', '"b;1.jpg')
    expect(result.refused.map(({ where }) => where)).toEqual(['feed.csv, line 3', 'feed.csv, line 4'])
  })

  it('refuses line by line', async () => {
    for (let i = 1; i < 9; i++) put(`${i}.jpg`, jpeg(i))
    const result = await csv(
      'name,picture,status,link,city',
      'a,1.jpg,NONE,,',
      'b,2.jpg,SOLD,,',
      'c,3.jpg,,javascript:alert(1),',
      `d,4.jpg,,,${'x'.repeat(100_000)}`,
      'e,missing.jpg,,,',
      'f,,,,',
      `${'g'.repeat(81)},5.jpg,,,`,
      'h,6.jpg,,,,too,many',
      'i "the first",7.jpg',
      '"j,8.jpg,,,',
      'k,8.jpg,,,',
    )
    expect(result.added.map(({ name }) => name)).toEqual(['a', 'i "the first"'])
    expect(result.refused.map(({ where, why }) => `${where.replace('feed.csv, line ', '')}: ${why}`)).toEqual(
      [
        '3: status must be one of NONE, FOUND, LOST, ADOPTION, not "SOLD"',
        '4: link must be an address that begins with https:// or http://, not "javascript:alert(1)"',
        '5: city must be at most 200 characters',
        '6: there is no file "missing.jpg"',
        '7: it has no picture, image, file, photo',
        '8: name must be at most 80 characters',
        '9: it has 7 values for 5 columns',
        expect.stringContaining('a quotation mark is opened there and never closed'),
      ],
    )
  })

  it.each(['', 'name,species\nRex,dog', '\u0000\u0001\u0002', '"'])('refuses %j as a feed', async text => {
    await expect(imported(put('feed.csv', text))).rejects.toMatchObject({ code: 'bad_picture' })
  })

  it('comes through whatever stands in it', async () => {
    const text = fc.array(
      fc.constantFrom('picture', 'name', '"', ';', ',', '\t', '\n', '\r', 'x.jpg', '\ufeff', '\0', 'é'),
    )
    await fc.assert(
      fc.asyncProperty(text, async parts => {
        const outcome = imported(put('feed.csv', `picture,name\n${parts.join('')}`))
        expect(await outcome.catch(error => error.code)).toMatchObject({ added: [] })
      }),
      { numRuns: 100, seed: 1 },
    )
  })
})

describe('importing a JSON feed', () => {
  it('takes an array of objects, or an object that has one', async () => {
    put('1.jpg', jpeg(1))
    expect((await feed([{ Photo: '1.jpg', name: 'Rex' }])).added).toMatchObject([
      { where: 'feed.json, entry 1', name: 'Rex' },
    ])
    const animals = [{ image: dataUrl(2), name: 'Réglisse', status: 'found', city: null, species: 7 }]
    expect((await feed({ total: 1, tags: ['x'], animals })).added).toHaveLength(1)
    expect(await registry.pictures()).toMatchObject([
      { name: 'Rex' },
      { name: 'Réglisse', status: 'FOUND', species: '7', city: '' },
    ])
  })

  it('refuses entry by entry', async () => {
    put('1.jpg', jpeg(1))
    const result = await feed([
      null,
      'x',
      {},
      { picture: 7 },
      { picture: '1.jpg', name: ['Rex'] },
      { picture: '1.jpg', crop: { x: 'left' } },
      { picture: dataUrl(2) },
      { picture: '1.jpg', __proto__: { name: 'x' }, constructor: 'x', toString: 'y' },
    ])
    expect(result.added).toMatchObject([{ where: 'feed.json, entry 8', name: '1' }])
    expect(result.refused.map(({ why }) => why)).toEqual([
      'it is not an object',
      'it is not an object',
      'it has no picture, image, file, photo',
      'it has no picture, image, file, photo',
      'name must be a text',
      'crop must be an object with numbers x, y and side',
      'it has no name',
    ])
  })

  it.each(['', '{', '7', '"x"', 'null', '{"a": 1}', '[1'])('refuses %j as a feed', async text => {
    await expect(imported(put('feed.json', text))).rejects.toMatchObject({ code: 'bad_picture' })
  })

  it.each([
    ['data:image/jpeg;base64,', 'damaged or was cut short'],
    ['data:image/jpeg;base64,%%%', 'damaged or was cut short'],
    ['data:image/jpeg;base64,/9j/4', 'damaged or was cut short'],
    ['data:image/jpeg;base64,ÿØÿ', 'damaged or was cut short'],
    ['data:image/svg+xml,<svg/>', 'is not base64'],
    ['data:image/jpeg', 'is not base64'],
    ['data:,', 'is not base64'],
    [`data:image/gif;base64,${Buffer.from('GIF89a').toString('base64')}`, 'a GIF'],
    [`data:image/png;base64,${jpeg(1).toString('base64')}`, 'it is JPEG, not PNG as it says'],
    [`data:image/jpeg;base64,${jpeg(1).subarray(0, 3000).toString('base64')}`, 'cut short'],
    [`data:image/jpeg;base64,${'A'.repeat(31_000_000)}`, 'more than 20000000 bytes'],
  ])('refuses %.40s', async (picture, why) => {
    const result = await feed([{ name: 'a', picture }])
    expect(result.refused).toEqual([
      { where: 'feed.json, entry 1', code: 'bad_picture', why: expect.stringContaining(why) },
    ])
  })

  it('reads data: URLs in any spelling, with and without a type', async () => {
    const base64 = (seed: number) => jpeg(seed).toString('base64')
    const pictures = [
      `DATA:image/JPEG;charset=x;BASE64,${base64(1)}`,
      `data:;base64,${base64(2)}`,
      `data:application/octet-stream;base64,${base64(3).replace(/.{76}/g, '$&\n')}`,
      `data:image/jpg;base64,${encodeURIComponent(base64(4))}`,
    ]
    const result = await feed(pictures.map((picture, i) => ({ name: `${i}`, picture })))
    expect(result.refused).toEqual([])
    expect(result.added).toHaveLength(4)
  })
})

describe("a feed's paths", () => {
  it.each([
    ['../secret.jpg', 'does not stay in the folder'],
    ['a/../../secret.jpg', 'does not stay in the folder'],
    ['..\\secret.jpg', 'does not stay in the folder'],
    ['/etc/passwd', 'does not stay in the folder'],
    ['\\\\server\\share\\a.jpg', 'does not stay in the folder'],
    ['C:\\a.jpg', 'does not stay in the folder'],
    ['a\0.jpg', 'does not stay in the folder'],
    ['file:///etc/passwd', 'is not fetched'],
    ['http://169.254.169.254/a.jpg', 'is not fetched'],
    ['HTTPS://example.org/a.jpg', 'is not fetched'],
    ['link.jpg', 'is a link that leads out of the folder'],
    ['out/secret.jpg', 'is a link that leads out of the folder'],
    ['inner', 'is not a file'],
    ['.', 'is not a file'],
    ['good.jpg/x.jpg', 'there is no file'],
    ['x'.repeat(5000), 'cannot be read (ENAMETOOLONG)'],
  ])('cannot be %.40j', async (picture, why) => {
    folder = join(folder, 'feed')
    put('../secret.jpg', jpeg(1))
    put('good.jpg', jpeg(2))
    put('inner/b.jpg', jpeg(3))
    symlinkSync('../secret.jpg', join(folder, 'link.jpg'))
    symlinkSync('..', join(folder, 'out'))
    const { added, refused } = await feed([
      { name: 'a', picture },
      { name: 'b', picture: 'good.jpg' },
    ])
    expect(refused).toEqual([
      { where: 'feed.json, entry 1', code: 'bad_picture', why: expect.stringContaining(why) },
    ])
    expect(added).toMatchObject([{ name: 'b' }])
    expect(refused[0]!.why.length).toBeLessThan(200)
  })

  it('may be written as on Windows, and have spaces and accents', async () => {
    put('photos été/le chien.jpg', jpeg(1))
    expect((await feed([{ picture: 'photos été\\le chien.jpg' }])).added).toMatchObject([
      { name: 'le chien' },
    ])
  })
})
