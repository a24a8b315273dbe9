import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { type RocaptchaApp, rocaptchaApp } from '../dialects/rocaptcha/testing.ts'

describe('the log, whatever is asked for', () => {
  let test: RocaptchaApp
  afterEach(() => test.close())

  it('never holds an address, an answer, a token or a secret, also at trace and when everything fails', async () => {
    test = await rocaptchaApp({ open: true, origins: ['*'] }, undefined, {
      logLevel: 'trace',
      trustedProxies: 1,
      metrics: { host: '127.0.0.1', port: 0 },
    })
    const { service, site, secret, logs } = test
    const url = await test.app.listen({ port: 0, host: '127.0.0.1' })
    // Fastify's own line about it: our own address, which `serve` keeps it from logging.
    logs.splice(0)
    const { token } = await service.registry.addOperator('Refuge de Sens')
    const oauth = await fetch(`${url}/api/oauth/token`, {
      method: 'POST',
      body: `grant_type=client_credentials&client_id=${site.publicKey}&client_secret=${secret}`,
    })
    const { access_token } = (await oauth.json()) as { access_token: string }
    const { uuid, code } = test.captcha()
    const hash = await test.generate()
    const words = [uuid, uuid.replaceAll('-', ''), code, hash, secret, access_token, token, service.secret]
    words.push('127.0.0.1', '203.0.113.7', '2001:db8::7', 'private', 'Mozilla', 'Refuge de Sens')

    const headers = {
      authorization: `Bearer ${access_token}`,
      'x-forwarded-for': '203.0.113.7, 2001:db8::7',
      'user-agent': 'Mozilla/5.0',
      cookie: 'sessionid=private',
      referer: 'https://private.example/private',
      'x-request-id': 'private',
      traceparent: `00-${uuid.replaceAll('-', '')}-00f067aa0ba902b7-01`,
    }
    const v2 = `${url}/piste/captchetat/v2`
    const post = (path: string, body: string, more = {}) =>
      fetch(path, { method: 'POST', body, headers: { ...headers, ...more } })
    const everything = async () => {
      const answers = await Promise.all([
        fetch(`${v2}/simple-captcha-endpoint?get=image&c=captchaFR`, { headers }),
        fetch(`${v2}/simple-captcha-endpoint?get=sound&c=captchaFR&t=${uuid}`, { headers }),
        fetch(`${v2}/captcha/${uuid}/code/infos?private`, { headers }),
        post(`${v2}/valider-captcha`, JSON.stringify({ uuid, code })),
        post(`${v2}/valider-captcha`, `${code}${'private'.repeat(5000)}`),
        post(`${v2}/valider-captcha`, `{"uuid":"${uuid}","code":"${code}"`),
        post(`${v2}/valider-captcha`, '{}', { authorization: `Bearer private${access_token}` }),
        fetch(`${url}/s/${site.publicKey}/piste/captchetat/v2/private`, { headers }),
        fetch(`${url}/piste/captcha/simple-captcha-endpoint?get=validation-result&t=${uuid}&i=${code}`, {
          headers,
        }),
        fetch(`${url}/api/generate/?key=${site.publicKey}&session=private&callback=private`, { headers }),
        fetch(`${url}/api/image/${hash}/`, { headers }),
        fetch(`${url}/api/sound/${hash}private/`, { headers }),
        post(`${url}/api/verify/`, `key=${secret}&hash=${hash}&response=1&remoteip=203.0.113.7`),
        post(`${url}/api/verify/${hash}/1/`, `key=private`),
        fetch(`${url}/admin/api/pictures`, { headers: { authorization: `Bearer ${token}` } }),
        fetch(`${url}/admin/api/pictures/private`, {
          method: 'DELETE',
          headers: { authorization: 'Bearer private' },
        }),
        fetch(`${url}/private/${'private'.repeat(2000)}`, { headers }),
        fetch(`${url}/%zzprivate`, { headers }),
        fetch(`${url}/readyz?private`, { headers }),
      ])
      for (const answer of answers) await answer.arrayBuffer()
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      socket.end(`GET /private HTTP/1.1\r\nprivate\r\n\r\n`)
      await text(socket)
      await service.metrics!.render()
    }
    await everything()
    await service.ledger.close()
    await everything()
    await service.registry.close()
    await everything()

    const lines = logs.map(line => JSON.stringify(line))
    expect(lines.length).toBeGreaterThan(100)
    expect(logs).toContainEqual(expect.objectContaining({ msg: 'the registry does not answer' }))
    expect(logs).toContainEqual(expect.objectContaining({ msg: 'a request failed', code: 'unavailable' }))
    for (const word of words) expect(lines.filter(line => line.includes(word))).toEqual([])
  })
})
