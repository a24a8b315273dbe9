import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RocaptchaApp, rocaptchaApp } from './testing.ts'

let test: RocaptchaApp
let port: number
beforeAll(async () => {
  test = await rocaptchaApp()
  await test.app.listen({ port: 0 })
  port = (test.app.server.address() as { port: number }).port
})
afterAll(() => test.close())

/** All that the server says until it closes, having been sent these lines. */
function talk(...lines: string[]): Promise<{ status: string; headers: string; body: string }> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(lines.join('\r\n')))
    socket.setEncoding('latin1').on('data', chunk => {
      text += chunk
    })
    socket.setTimeout(5000, () => socket.destroy(new Error(`still open after: ${text}`)))
    socket.on('error', reject).on('close', () => {
      const end = text.indexOf('\r\n\r\n')
      const [status = '', ...headers] = text.slice(0, end).split('\r\n')
      resolve({ status, headers: headers.join('\n').toLowerCase(), body: text.slice(end + 4) })
    })
  })
}

describe('over a bare socket', () => {
  it.each([
    'application/x-www-form-urlencoded;',
    'application/x-www-form-urlencoded; charset=utf-8',
    'application/x-www-form-urlencoded',
    ';',
    '',
    undefined,
  ])('HTTP/1.0 with the content type %j is answered whole, and closed', async type => {
    const hash = await test.generate()
    const body = `key=${test.secret}&remoteip=127.0.0.1&hash=${hash}&response=${test.right(hash)}`
    const answer = await talk(
      'POST /api/verify/ HTTP/1.0',
      'Host: captcha.test',
      ...(type === undefined ? [] : [`Content-Type: ${type}`]),
      `Content-Length: ${body.length}`,
      'User-Agent: RoCAPTCHA/PHP',
      '',
      body,
    )
    expect(answer.status).toMatch(/^HTTP\/1\.\d 200 OK$/)
    expect(answer.headers).toContain('content-length: 19')
    expect(answer.headers).not.toContain('transfer-encoding')
    expect(answer.body).toBe('{"status":"PASSED"}')
  })

  it('HTTP/1.0 without a host gets forms, hashes, pictures and sounds, with their lengths', async () => {
    const [hash, spoken] = [await test.generate(), await test.generate({ kind: 'sound' })]
    const key = `key=${test.site.publicKey}`
    for (const path of [
      `/api/form/?${key}`,
      `/api/generate?${key}`,
      `/api/generate/?${key}&callback=f`,
      `/api/image/${hash}/`,
      `/api/sound/${spoken}/`,
      `/api/animal/${hash}/`,
      '/api/image/x/',
    ]) {
      const answer = await talk(`GET ${path} HTTP/1.0`, '', '')
      expect(answer.status).toMatch(path.endsWith('x/') ? / 404 / : / 200 /)
      expect([path, answer.headers]).toEqual([
        path,
        expect.stringContaining(`content-length: ${answer.body.length}\n`),
      ])
      expect(answer.headers).not.toContain('transfer-encoding')
      expect(answer.headers).toContain('connection: close')
    }
  })

  it('a verification is never redirected, whatever its address', async () => {
    for (const path of ['/api/verify', '/api/verify/', '/rocaptcha/api/verify', '//api//verify//']) {
      const answer = await talk(`POST ${path} HTTP/1.0`, 'Content-Length: 3', '', 'x=y')
      expect(answer.status).toMatch(/ 200 /)
      expect(answer.body).toBe('{"status":"BAD_PRIVATE_KEY","content":"BAD_PRIVATE_KEY"}')
    }
  })

  it('a body that comes in pieces, chunked, is read as well', async () => {
    const answer = await talk(
      'POST /api/verify/ HTTP/1.1',
      'Host: captcha.test',
      'Connection: close',
      'Transfer-Encoding: chunked',
      '',
      '4',
      'key=',
      '1',
      'x',
      '0',
      '',
      '',
    )
    expect(answer.body).toBe('{"status":"BAD_PRIVATE_KEY","content":"BAD_PRIVATE_KEY"}')
    expect(answer.headers).toContain('content-length: 56')
  })
})
