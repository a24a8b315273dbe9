import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { bodyOf } from './body.ts'

/** A stream as a request's is, as far as its body goes. */
const fresh = () => {
  const stream = new PassThrough()
  return { stream, body: (limit: number) => bodyOf(stream as unknown as IncomingMessage, limit) }
}

describe('a body', () => {
  it('is read to its limit and no further', async () => {
    const [fits, tooLarge] = [fresh(), fresh()]
    fits.stream.end('0123456789')
    tooLarge.stream.write('01234')
    tooLarge.stream.end('56789x')
    expect(String(await fits.body(10))).toBe('0123456789')
    await expect(tooLarge.body(10)).rejects.toMatchObject({
      code: 'body_too_large',
      detail: '10 bytes at most',
    })
  })

  it('that is far too large is not waited for', async () => {
    const { stream, body } = fresh()
    const reading = body(10)
    stream.write(Buffer.alloc(2 * 1024 * 1024 + 11))
    await expect(reading).rejects.toMatchObject({ code: 'body_too_large' })
  })

  it('is refused when its sender goes, also before anybody read it', async () => {
    const [going, gone] = [fresh(), fresh()]
    const reading = going.body(10)
    going.stream.write('01234')
    going.stream.destroy(new Error('aborted'))
    await expect(reading).rejects.toMatchObject({ code: 'bad_request' })
    gone.stream.destroy()
    await expect(gone.body(10)).rejects.toMatchObject({ code: 'bad_request' })
  })
})
