import { expect, it } from 'vitest'
import { testApp, V2 } from './testing/app.ts'

/**
 * What three calls of one visitor are told, each of which begins `X-Forwarded-For` with another address that
 * is made up.
 */
async function statuses(trustedProxies: number, real: string[]): Promise<number[]> {
  const test = await testApp({ open: true, origins: ['*'], rate: 2 }, { trustedProxies })
  const url = `/s/${test.site.publicKey}${V2}/simple-captcha-endpoint?get=image&c=captchaFR`
  const seen: number[] = []
  for (let i = 1; i <= 3; i++) {
    const headers = { 'x-forwarded-for': [`198.51.${i}.1`, ...real].join(', ') }
    seen.push((await test.app.inject({ url, headers, remoteAddress: '10.0.0.1' })).statusCode)
  }
  await test.close()
  return seen
}

it.each([
  [0, []],
  [0, ['192.0.2.7']],
  [1, ['192.0.2.7']],
  [2, ['192.0.2.7', '10.0.0.2']],
])('behind %i proxies of ours nobody chooses an address to be limited by: %j', async (proxies, real) => {
  expect(await statuses(proxies, real)).toEqual([200, 200, 429])
})

it('behind two proxies visitors are distinguished by the address that the outer one has written', async () => {
  expect(await statuses(2, ['10.0.0.2'])).toEqual([200, 200, 200])
})
