import type { DialectUnderTest } from '../../testing/dialect-contract.ts'
import { earnWith, solve } from '../../testing/native-answer.ts'
import { MCAPTCHA, PATHS } from './openapi.ts'

/** How the contract of dialects uses this one. */
export const underTest: DialectUnderTest = {
  beside: ['native'],
  checks: {
    siteverify: {
      async request(test, challenge) {
        const token = (await earnWith(test, MCAPTCHA, challenge)) ?? 'none'
        return { url: PATHS.verify, fields: { token, key: test.site.publicKey, secret: test.secret } }
      },
      passed: body => JSON.parse(body).valid === true,
    },
  },
  solve: (test, id) => solve(test, id),
  async handsOut({ app, site }) {
    const payload = JSON.stringify({ sitekey: site.publicKey, dialect: MCAPTCHA })
    return [(await app.inject({ method: 'POST', url: '/upright/v1/challenge', payload })).json().ticket]
  },
}
