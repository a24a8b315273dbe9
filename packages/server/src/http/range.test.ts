import fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { renderError } from './errors.ts'
import { parseRange, sendBytes } from './range.ts'

describe('a range', () => {
  it.each([
    ['bytes=0-9', 100, [0, 9]],
    ['bytes=0-', 100, [0, 99]],
    ['bytes=50-', 100, [50, 99]],
    ['bytes=90-200', 100, [90, 99]],
    ['bytes=-10', 100, [90, 99]],
    ['bytes=-200', 100, [0, 99]],
    ['BYTES=1-1', 100, [1, 1]],
    ['bytes=99-99', 100, [99, 99]],
    ['bytes=100-', 100, null],
    ['bytes=-0', 100, null],
    ['bytes=0-', 0, null],
    ['bytes=9-5', 100, undefined],
    ['bytes=-', 100, undefined],
    ['bytes=', 100, undefined],
    ['bytes=a-b', 100, undefined],
    ['bytes=0-1,5-6', 100, undefined],
    ['items=0-1', 100, undefined],
    ['', 100, undefined],
  ])('"%s" of %i bytes is %j', (header, size, expected) => {
    expect(parseRange(header, size)).toEqual(expected)
  })

  it('is sent as a part, or refused, or not looked at', async () => {
    const app = fastify()
    const bytes = Uint8Array.from({ length: 100 }, (_, i) => i)
    app.setErrorHandler(renderError)
    app.get('/', (request, reply) => sendBytes(request, reply, { type: 'audio/x-wav', bytes }))
    const get = (headers: Record<string, string>, method: 'GET' | 'HEAD' = 'GET') =>
      app.inject({ url: '/', method, headers })

    const whole = await get({})
    expect(whole.statusCode).toBe(200)
    expect(whole.headers).toMatchObject({
      'content-type': 'audio/x-wav',
      'content-length': '100',
      'accept-ranges': 'bytes',
    })
    expect(whole.rawPayload).toEqual(Buffer.from(bytes))

    const part = await get({ range: 'bytes=10-19' })
    expect(part.statusCode).toBe(206)
    expect(part.headers).toMatchObject({ 'content-range': 'bytes 10-19/100', 'content-length': '10' })
    expect(part.rawPayload).toEqual(Buffer.from(bytes.subarray(10, 20)))

    const outside = await get({ range: 'bytes=100-' })
    expect([outside.statusCode, outside.headers['content-range']]).toEqual([416, 'bytes */100'])
    expect((await get({ range: 'bytes=0-1', 'if-range': '"x"' })).statusCode).toBe(200)
    expect((await get({ range: 'bytes=0-1,3-4' })).statusCode).toBe(200)
    expect((await get({ range: 'bytes=0-1' }, 'HEAD')).statusCode).toBe(200)
    await app.close()
  })
})
