import type { DialectUnderTest } from '../../testing/dialect-contract.ts'
import { V1 } from './v1/openapi.ts'
import { V2 } from './v2/openapi.ts'

const passed = (body: string) => body !== 'false'

/** Both versions' validations, and what v1's script asks while a code is typed. */
export const underTest: DialectUnderTest = {
  checks: {
    'v2 valider-captcha': {
      request: ({ secret }, { id, response }) => ({
        url: `${V2}/valider-captcha`,
        headers: { keyid: secret },
        fields: { uuid: id, code: response },
      }),
      passed,
    },
    'v1 valider-captcha': {
      request: ({ secret }, { id, response }) => ({
        url: `${V1}/valider-captcha`,
        headers: { keyid: secret },
        fields: { id, code: response },
      }),
      passed,
    },
    'v1 validation-result': async ({ app, secret }, { id, response }) => {
      const query = new URLSearchParams({ get: 'validation-result', t: id, i: response })
      const answer = await app.inject({
        url: `${V1}/simple-captcha-endpoint?${query}`,
        headers: { keyid: secret },
      })
      return passed(answer.body)
    },
  },
  async handsOut({ app, secret: keyid }) {
    const get = (url: string) => app.inject({ url, headers: { keyid } })
    const v2 = await get(`${V2}/simple-captcha-endpoint?get=image&c=captchaFR`)
    const v1 = await get(`${V1}/simple-captcha-endpoint?get=html&c=captchaFR`)
    return [v2.json().uuid, /id="BDC_VCID_captchaFR" value="(\w+)"/.exec(v1.body)![1]!]
  },
}
