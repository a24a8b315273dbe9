import type { DialectUnderTest } from '../../testing/dialect-contract.ts'
import { V1 } from './v1/openapi.ts'
import { V2 } from './v2/openapi.ts'

/** Both versions' validations, and what v1's script asks while a code is typed. */
export const underTest: DialectUnderTest = {
  checks: {
    'v2 valider-captcha': async ({ app, secret }, { id, response }) => {
      const answer = await app.inject({
        method: 'POST',
        url: `${V2}/valider-captcha`,
        headers: { keyid: secret },
        payload: { uuid: id, code: response },
      })
      return answer.body !== 'false'
    },
    'v1 valider-captcha': async ({ app, secret }, { id, response }) => {
      const answer = await app.inject({
        method: 'POST',
        url: `${V1}/valider-captcha`,
        headers: { keyid: secret },
        payload: { id, code: response },
      })
      return answer.body !== 'false'
    },
    'v1 validation-result': async ({ app, secret }, { id, response }) => {
      const query = new URLSearchParams({ get: 'validation-result', t: id, i: response })
      const answer = await app.inject({
        url: `${V1}/simple-captcha-endpoint?${query}`,
        headers: { keyid: secret },
      })
      return answer.body !== 'false'
    },
  },
}
