import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { deflateSync } from 'node:zlib'
import { CaptchaError } from '@upright/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { chunk, scene } from '../pictures/codec.testing.ts'
import { preparePicture } from '../pictures/codec.ts'
import type { NewPicture } from '../registry/registry.ts'
import { FEED_LIMIT, MAX_ENTRIES } from './pictures.ts'
import { type AdminApp, adminApp, dataUrl } from './testing.ts'

let test: AdminApp
beforeEach(async () => {
  test = await adminApp({ logLevel: 'info' })
})
afterEach(() => test.close())

const names = async () => (await test.service.registry.pictures()).map(({ name }) => name)

/** What RoCAPTCHA tells pages about the animal of a new challenge. */
const challenge = async () =>
  (await test.app.inject(`/api/generate/?key=${test.site.publicKey}`)).json() as Record<string, string>

describe('importing over HTTP', () => {
  it('takes a feed and reports the result of each entry', async () => {
    const rex = {
      name: 'Rex',
      species: 'dog',
      status: 'adoption',
      city: 'Sens',
      link: 'https://refuge.example/rex',
    }
    const { status, json } = await test.post({
      animals: [
        { ...rex, image: dataUrl(1) },
        { name: 'again', picture: dataUrl(1, 640, 480) },
        { name: 'liar', picture: dataUrl(2).replace('jpeg', 'png') },
        { name: 'linked', picture: 'https://refuge.example/a.jpg' },
        { name: 'local', picture: 'photos/a.jpg' },
        { name: 'script', link: 'javascript:alert(1)', picture: dataUrl(3) },
        null,
        { picture: dataUrl(4) },
        { name: 'Réglisse', picture: dataUrl(5) },
      ],
    })
    expect(status).toBe(200)
    expect(json).toEqual({
      added: [
        { where: 'entry 1', id: 1, name: 'Rex' },
        { where: 'entry 9', id: 2, name: 'Réglisse' },
      ],
      duplicates: [{ where: 'entry 2', like: { id: 1, name: 'Rex' } }],
      refused: [
        { where: 'entry 3', code: 'bad_picture', why: 'it is JPEG, not PNG as it says' },
        {
          where: 'entry 4',
          code: 'bad_picture',
          why: '"https://refuge.example/a.jpg" is neither read nor fetched: put the picture in as a data: URL',
        },
        {
          where: 'entry 5',
          code: 'bad_picture',
          why: '"photos/a.jpg" is neither read nor fetched: put the picture in as a data: URL',
        },
        {
          where: 'entry 6',
          code: 'bad_request',
          why: 'link must be an address that begins with https:// or http://, not "javascript:alert(1)"',
        },
        { where: 'entry 7', code: 'bad_picture', why: 'it is not an object' },
        { where: 'entry 8', code: 'bad_request', why: 'it has no name' },
      ],
    })
    const [entry] = await test.service.registry.pictures()
    expect(entry).toMatchObject({ ...rex, status: 'ADOPTION', state: 'serving', shelter: '' })
    const prepared = await preparePicture(scene(1, 320, 240).encodeSync('jpeg', 90))
    expect(await test.service.registry.pictureBytes(1)).toEqual(prepared.bytes)
  })

  it('reads no file of the machine', async () => {
    const paths = [
      '/etc/passwd',
      '../../package.json',
      'file:///etc/passwd',
      'C:\\a.jpg',
      'package.json',
      '.',
    ]
    const { json } = await test.post(paths.map(picture => ({ name: 'a', picture })))
    expect(json.refused).toHaveLength(paths.length)
    for (const { why } of json.refused) expect(why).toContain('is neither read nor fetched')
  })

  it('lets the query speak for entries that do not', async () => {
    const query = '?state=candidate&status=LOST&shelter=Refuge%20de%20Sens&licence=CC0-1.0&unknown=x'
    await test.post(
      [
        { name: 'a', picture: dataUrl(1) },
        { name: 'b', picture: dataUrl(2), status: 'FOUND' },
      ],
      query,
    )
    const common = { state: 'candidate', shelter: 'Refuge de Sens', licence: 'CC0-1.0' }
    expect(await test.service.registry.pictures()).toMatchObject([
      { ...common, status: 'LOST' },
      { ...common, status: 'FOUND' },
    ])
    for (const wrong of ['?state=aside', '?state=gone', '?status=sold', `?city=${'x'.repeat(201)}`]) {
      const { status, json } = await test.post([{ name: 'c', picture: dataUrl(3) }], wrong)
      expect([wrong, status, json.error]).toEqual([wrong, 400, 'bad_request'])
    }
    expect(await names()).toEqual(['a', 'b'])
  })

  it('does not look at the content type, as no address does', async () => {
    const feed = JSON.stringify([{ name: 'a', picture: dataUrl(1) }])
    for (const type of ['text/plain', 'image/jpeg', 'multipart/form-data; boundary=x', 'nonsense']) {
      const { status } = await test.ask('POST', '/pictures', feed, { 'content-type': type })
      expect([type, status]).toEqual([type, 200])
    }
    expect(await names()).toEqual(['a'])
  })

  it('refuses what is no feed', async () => {
    for (const [name, feed] of [
      ['nothing', undefined],
      ['an empty body', ''],
      ['half a feed', '[{"name": "a"'],
      ['a form', '--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--x--'],
      ['a text', '"x"'],
      ['a number', '7'],
      ['null', 'null'],
      ['an object without a list', '{"name": "Rex"}'],
      ['bytes', '\u0000\u0001\ufffd'],
      ['a deep nest', '['.repeat(100_000)],
    ] as const) {
      const { status, json } = await test.post(feed)
      expect([name, status, json.error]).toEqual([name, 400, 'bad_picture'])
      expect(json.message, name).toMatch(/^The picture cannot be used: the feed /)
    }
  })

  it('has nothing to do for a feed without entries', async () => {
    for (const feed of [[], { animals: [] }]) {
      const { status, json } = await test.post(feed)
      expect([status, json]).toEqual([200, { added: [], duplicates: [], refused: [] }])
    }
  })

  it('refuses more entries than it takes, all of them', async () => {
    const entry = { name: 'a', picture: 'x' }
    const most = await test.post(Array.from({ length: MAX_ENTRIES }, () => entry))
    expect([most.status, most.json.refused.length]).toEqual([200, MAX_ENTRIES])
    const more = await test.post([
      { name: 'a', picture: dataUrl(1) },
      ...Array.from({ length: MAX_ENTRIES }, () => entry),
    ])
    expect([more.status, more.json.error]).toEqual([413, 'body_too_large'])
    expect(more.json.message).toContain(`${MAX_ENTRIES + 1} entries, and ${MAX_ENTRIES} at most`)
    const millions = await test.post(`[${'0,'.repeat(5_000_000)}0]`)
    expect([millions.status, millions.json.error]).toEqual([413, 'body_too_large'])
    expect(await names()).toEqual([])
  })

  it('refuses a feed that is too large, and one picture that is', async () => {
    const feed = (size: number) => {
      const [head, tail] = ['[{"name":"a","picture":"data:;base64,', '"}]']
      return head + 'A'.repeat(size - head.length - tail.length) + tail
    }
    const large = await test.post(feed(FEED_LIMIT + 1))
    expect([large.status, large.json.error]).toEqual([413, 'body_too_large'])
    expect(large.json.message).toContain(`${FEED_LIMIT} bytes at most`)
    const fits = await test.post(feed(FEED_LIMIT))
    expect([fits.status, fits.json.refused]).toEqual([
      200,
      [{ where: 'entry 1', code: 'bad_picture', why: expect.stringMatching(/more than 20000000/) }],
    ])
  })

  it('does not decode what says that it is larger than pictures may be', async () => {
    const rows = deflateSync(Buffer.alloc(100_000_000))
    const bomb = (side: number) => {
      const size = Buffer.alloc(13)
      size.writeUInt32BE(side, 0)
      size.writeUInt32BE(side, 4)
      size.set([8, 2, 0, 0, 0], 8)
      const signature = Buffer.from('89504e470d0a1a0a', 'hex')
      const parts = [chunk('IHDR', size), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]
      return `data:image/png;base64,${Buffer.concat([signature, ...parts]).toString('base64')}`
    }
    const sides = [10_000, 60_000, 300]
    const { json } = await test.post(sides.map(side => ({ name: `${side}`, picture: bomb(side) })))
    expect(json.refused.map(({ why }: { why: string }) => why)).toEqual([
      'its header says 10000 × 10000 pixels, more than 50 million',
      'its header says 60000 × 60000 pixels, more than 50 million',
    ])
    // What follows the last pixel is skipped.
    expect(json.added).toMatchObject([{ name: '300' }])
  })

  it('keeps markup as the text it is', async () => {
    const name = '<img src=x onerror=alert(1)> & "Rex"'
    const { json, headers } = await test.post([{ name, picture: dataUrl(1), city: '\u202e<b>\n</b>' }])
    expect(json.added).toEqual([{ where: 'entry 1', id: 1, name }])
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect((await test.ask('GET', '/pictures/1')).json).toMatchObject({ name, city: '<b> </b>' })
  })

  it('runs one at a time, and adds nothing twice', async () => {
    const feed = [1, 2].map(seed => ({ name: `${seed}`, picture: dataUrl(seed) }))
    const answers = await Promise.all(Array.from({ length: 6 }, () => test.post(feed)))
    expect(await names()).toEqual(['1', '2'])
    const busy = answers.filter(({ status }) => status !== 200)
    expect(busy.length).toBeGreaterThan(0)
    for (const { status, json, headers } of busy) {
      expect([status, json.error, headers.get('retry-after')]).toEqual([429, 'import_busy', '5'])
    }
    expect((await test.post(feed)).json.duplicates).toHaveLength(2)
  })
})

describe('an import that comes slowly', () => {
  const [body, half] = ['[{"name":"a","picture":"x"}]', 10]

  let socket: Socket
  // One that stays open would keep the server from ending.
  afterEach(() => socket.destroy())

  /** Begins an import over a socket of its own and stops in the middle of its body. */
  async function begin(): Promise<void> {
    socket = createConnection(test.port, '127.0.0.1')
    socket.write(
      `POST /admin/api/pictures HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${test.token}\r\n` +
        `Content-Length: ${body.length}\r\n\r\n${body.slice(0, half)}`,
    )
    await vi.waitFor(async () => expect((await test.post([])).status).toBe(429), 10_000)
  }

  it('keeps others waiting until it has ended', async () => {
    await begin()
    const answered = once(socket, 'data')
    socket.write(body.slice(half))
    expect(String(await answered)).toMatch(/^HTTP\/1.1 200 /)
    expect((await test.post([])).status).toBe(200)
  })

  it('keeps nobody waiting once its sender has gone', async () => {
    await begin()
    socket.destroy()
    await vi.waitFor(async () => expect((await test.post([])).status).toBe(200), 10_000)
  })
})

it('ends an import when the registry fails, keeps and tells what it had added, and can begin another', async () => {
  const { registry } = test.service
  const { addPicture } = registry
  const feed = [1, 2, 3].map(seed => ({ name: `${seed}`, picture: dataUrl(seed) }))
  registry.addPicture = (picture: NewPicture, bytes) =>
    picture.name === '2'
      ? Promise.reject(new CaptchaError('unavailable', 'the disk is full'))
      : addPicture(picture, bytes)
  const { status, json } = await test.post(feed)
  expect([status, json.error]).toEqual([503, 'unavailable'])
  expect(json.message).not.toContain('disk')
  expect(test.logs.map(({ msg, picture }) => [msg, picture])).toEqual([
    ['picture added', 1],
    ['a request failed', undefined],
  ])
  registry.addPicture = addPicture
  const again = (await test.post(feed)).json
  expect([again.added.length, again.duplicates.length]).toEqual([2, 1])
})

describe('the library over HTTP', () => {
  beforeEach(() => test.post([1, 2, 3].map(seed => ({ name: `${seed}`, picture: dataUrl(seed) }))))

  it('is listed, all of it or those in a state', async () => {
    await test.service.registry.setPicture(2, { state: 'aside' })
    const ids = async (query: string) => {
      const { status, json } = await test.ask('GET', `/pictures${query}`)
      return [status, json.pictures?.map(({ id }: { id: number }) => id) ?? json.error]
    }
    expect(await ids('')).toEqual([200, [1, 2, 3]])
    expect(await ids('?state=')).toEqual([200, [1, 2, 3]])
    expect(await ids('?state=serving')).toEqual([200, [1, 3]])
    expect(await ids('?state=aside')).toEqual([200, [2]])
    expect(await ids('?state=candidate')).toEqual([200, []])
    expect(await ids('?state=Aside')).toEqual([400, 'bad_request'])
  })

  it('reports of one picture what the list has, and gives its file', async () => {
    const { pictures } = (await test.ask('GET', '/pictures')).json
    const one = (await test.ask('GET', '/pictures/2')).json
    expect(one).toEqual(pictures[1])
    expect(one).toMatchObject({ id: 2, name: '2', created: '2027-01-15T08:00:00.000Z' })
    const file = await test.ask('GET', '/pictures/2/file')
    expect(file.json).toEqual(await test.service.registry.pictureBytes(2))
    expect(file.headers.get('content-type')).toBe('image/webp')
    const head = await test.ask('HEAD', '/pictures/2/file')
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(file.json.length)])
  })

  it('knows no picture by a number that it did not give', async () => {
    const wrong = ['0', '-1', '1e2', '1.0', '01', '+1', '0x1', '%201', '9', '2147483648', '9'.repeat(400)]
    for (const id of [...wrong, 'x', '__proto__', '%00', "1'--"]) {
      for (const [method, rest] of [
        ['GET', ''],
        ['GET', '/file'],
        ['PATCH', ''],
        ['DELETE', ''],
      ]) {
        const { status, json } = await test.ask(
          method!,
          `/pictures/${id}${rest}`,
          method === 'PATCH' ? {} : undefined,
        )
        expect([method, id, status, json.error]).toEqual([method, id, 404, 'picture_unknown'])
      }
    }
    expect(await names()).toEqual(['1', '2', '3'])
  })

  it('changes what is given, and leaves the rest', async () => {
    const before = (await test.ask('GET', '/pictures/1')).json
    const change = {
      name: 'Rex <b>II</b>',
      species: 'dog',
      status: 'FOUND',
      shelter: 'Refuge',
      city: 'Sens',
      link: 'https://refuge.example/rex',
      credit: 'A. Martin',
      licence: 'CC0-1.0',
      source: 'own',
      state: 'candidate',
      subject: { x: 0.1, y: 0.3, width: 0.7, height: 0.5 },
    }
    const { status, json } = await test.ask('PATCH', '/pictures/1', change)
    expect([status, json]).toEqual([200, { ...before, ...change }])
    expect((await test.ask('PATCH', '/pictures/1', { city: '' })).json).toEqual({ ...json, city: '' })
    expect((await test.ask('PATCH', '/pictures/1', {})).json).toEqual({ ...json, city: '' })
    expect((await test.ask('GET', '/pictures/1')).json).toEqual({ ...json, city: '' })
  })

  it('refuses what is no change, all of it', async () => {
    const before = await test.service.registry.pictures()
    for (const [body, why] of [
      ['', 'the body is not JSON'],
      ['{', 'the body is not JSON'],
      ['name=Rex', 'the body is not JSON'],
      ['[]', 'the body must be a JSON object'],
      ['null', 'the body must be a JSON object'],
      ['"x"', 'the body must be a JSON object'],
      ['{"id": 7}', 'only name, species'],
      ['{"lean": 90}', 'only name, species'],
      ['{"machineEase": 0}', 'only name, species'],
      ['{"fingerprint": "0123456789abcdef"}', 'only name, species'],
      ['{"__proto__": {"name": "x"}}', 'only name, species'],
      ['{"name": ""}', 'name must be'],
      ['{"name": null}', 'name must be a text'],
      ['{"city": ["x"]}', 'city must be a text'],
      ['{"status": "adoption"}', 'status must be one of'],
      ['{"state": "gone"}', 'state must be one of'],
      ['{"subject": [0, 0, 1, 1]}', 'subject.x must be a number from 0 to 1'],
      [
        '{"subject": {"x": 0, "y": 0, "width": 1, "height": 1}}',
        'subject must be smaller or nearer the middle',
      ],
      ['{"link": "javascript:alert(1)"}', 'link must be an address'],
      ['{"name": "x", "link": "data:text/html,x"}', 'link must be an address'],
    ] as const) {
      const { status, json } = await test.ask('PATCH', '/pictures/1', body)
      expect([body, status, json.error]).toEqual([body, 400, 'bad_request'])
      expect(json.message).toContain(why)
      expect(await test.service.registry.pictures()).toEqual(before)
    }
  })

  it('refuses a change of more than 16 kB', async () => {
    const { status, json } = await test.ask('PATCH', '/pictures/1', { name: 'x'.repeat(20_000) })
    expect([status, json.error]).toEqual([413, 'body_too_large'])
  })

  it('loses a picture once and for all', async () => {
    const removed = await test.ask('DELETE', '/pictures/2')
    expect([removed.status, removed.json.length]).toEqual([204, 0])
    expect((await test.ask('DELETE', '/pictures/2')).status).toBe(404)
    expect((await test.ask('GET', '/pictures/2/file')).status).toBe(404)
    expect(await names()).toEqual(['1', '3'])
    expect((await test.post([{ name: '2', picture: dataUrl(2) }])).json.added).toMatchObject([{ id: 4 }])
  })

  it('is what challenges show from the same moment on', async () => {
    for (const id of [2, 3]) await test.ask('DELETE', `/pictures/${id}`)
    expect(await challenge()).toMatchObject({ status: 'OK', animal_status: 'NONE' })
    await test.ask('PATCH', '/pictures/1', { status: 'LOST' })
    const { content } = await challenge()
    expect(await challenge()).toMatchObject({ status: 'OK', animal_status: 'LOST' })
    expect((await test.app.inject(`/api/image/${content}/`)).statusCode).toBe(200)
    await test.ask('PATCH', '/pictures/1', { state: 'aside' })
    expect(await challenge()).toEqual({ status: 'ERROR' })
    await test.ask('PATCH', '/pictures/1', { state: 'serving' })
    expect(await challenge()).toMatchObject({ status: 'OK' })
    await test.ask('DELETE', '/pictures/1')
    expect(await challenge()).toEqual({ status: 'ERROR' })
    expect((await test.app.inject(`/api/image/${content}/`)).statusCode).toBe(503)
    await test.post([{ name: 'Rex', status: 'FOUND', picture: dataUrl(1) }])
    expect(await challenge()).toMatchObject({ status: 'OK', animal_status: 'FOUND' })
  })

  it('has a log of who did what to which picture, and of nothing that failed', async () => {
    test.logs.length = 0
    const second = await test.service.registry.addOperator('Zweites\u2028Heim')
    const other = { authorization: `Bearer ${second.token}` }
    await test.ask('PATCH', '/pictures/1', { name: 'Rex' })
    await test.ask('DELETE', '/pictures/2', undefined, other)
    await test.ask('POST', '/pictures', [{ name: 'x', picture: dataUrl(4) }, { name: 'y' }], other)
    await test.ask('PATCH', '/pictures/1', { name: '' })
    await test.ask('DELETE', '/pictures/9')
    const { operator } = test
    const them = second.operator
    expect(test.logs.map(({ msg, operator, picture, level }) => ({ msg, operator, picture, level }))).toEqual(
      [
        { msg: 'picture changed', operator: { id: operator.id, name: operator.name }, picture: 1, level: 30 },
        { msg: 'picture removed', operator: { id: them.id, name: them.name }, picture: 2, level: 30 },
        { msg: 'picture added', operator: { id: them.id, name: them.name }, picture: 4, level: 30 },
      ],
    )
  })
})
