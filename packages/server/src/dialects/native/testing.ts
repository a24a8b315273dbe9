import type { DialectUnderTest } from '../../testing/dialect-contract.ts'
import { earnWith, solve } from '../../testing/native-answer.ts'

export const underTest: DialectUnderTest = {
  checks: {
    answer: async (test, challenge) => (await earnWith(test, 'native', challenge)) !== undefined,
  },
  solve: (test, id) => solve(test, id),
  async handsOut({ app, site }) {
    const payload = JSON.stringify({ sitekey: site.publicKey })
    const asked = await app.inject({ method: 'POST', url: '/upright/v1/challenge', payload })
    return [asked.json().ticket]
  },
}
