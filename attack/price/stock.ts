/** What others ask for as they come: the stock defaults of ALTCHA, Cap, mCaptcha and Anubis. */
import CapServer from '@cap.js/server'

/** Work of one pass, in tries of one of our styles. */
export interface Stock {
  name: string
  style: 'sha256' | 'pbkdf2'
  tries: number
  /** Requests of one pass. */
  requests: number
  /** Where the default is written. */
  source: string
}

const HEX_DIGIT = 16

/** None of them limits how often a network asks, so that one is enough. */
export async function stockDefaults(): Promise<Stock[]> {
  const { challenge } = await new CapServer({ noFSState: true, disableAutoCleanup: true }).createChallenge()
  const { c, d } = challenge as { c: number; d: number }
  return [
    {
      ...{ name: 'ALTCHA, protocol 1', style: 'sha256', tries: 1_000_000 / 2, requests: 1 },
      source: '`altcha-lib` 2.8, `v1`: numbers up to 1,000,000',
    },
    {
      // 5,000 iterations are what a try of our style has.
      ...{ name: 'ALTCHA, protocol 2', style: 'pbkdf2', tries: HEX_DIGIT ** 2, requests: 1 },
      source: '`altcha-lib` 2.8: prefix `00`, PBKDF2 with the 5,000 iterations of its README',
    },
    {
      ...{ name: 'the same, with a counter', style: 'pbkdf2', tries: (5000 + 10_000) / 2, requests: 1 },
      source: 'its README: a counter from 5,000 to 10,000',
    },
    {
      ...{ name: 'Cap', style: 'sha256', tries: c * HEX_DIGIT ** d, requests: 2 },
      source: `\`@cap.js/server\` 4.0: ${c} puzzles of ${d} digits`,
    },
    ...[50_000, 3_000_000, 5_000_000].map(
      (tries, i): Stock => ({
        name: `mCaptcha, ${['usual traffic', 'peak traffic', 'traffic that broke the site'][i]}`,
        ...{ style: 'sha256', tries, requests: 2 },
        source: 'difficulty factors of its default settings',
      }),
    ),
    {
      ...{ name: 'Anubis', style: 'sha256', tries: HEX_DIGIT ** 4, requests: 2 },
      source: '`DefaultDifficulty` 4, for a cookie of a week',
    },
  ]
}
