import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

const CORE = 'packages/core/src'
const SERVER = 'packages/server/src'

/** Files whose faults let somebody in, with the tests of their behaviour that lie elsewhere than beside them. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  [`${CORE}/captcha.ts`]: [],
  [`${CORE}/seal.ts`]: [`${CORE}/captcha.test.ts`],
  [`${CORE}/keys.ts`]: [`${CORE}/captcha.test.ts`],
  [`${CORE}/ledger.ts`]: [],
  [`${CORE}/standby.ts`]: [`${CORE}/captcha.test.ts`],
  [`${CORE}/code.ts`]: [`${CORE}/kinds.test.ts`, `${CORE}/text/library.test.ts`],
  [`${SERVER}/policy/address.ts`]: [],
  [`${SERVER}/policy/admission.ts`]: [],
  [`${SERVER}/policy/buckets.ts`]: [`${SERVER}/policy/limits.test.ts`],
  [`${SERVER}/policy/limits.ts`]: [`${SERVER}/policy/admission.test.ts`],
  [`${SERVER}/policy/origins.ts`]: [`${SERVER}/dialects/rocaptcha/page.test.ts`],
  [`${SERVER}/policy/outages.ts`]: [],
  [`${SERVER}/policy/pressure.ts`]: [],
  [`${SERVER}/policy/quota.ts`]: [],
  [`${SERVER}/policy/sites.ts`]: [`${SERVER}/dialects/rocaptcha/demo.test.ts`],
  [`${SERVER}/piste/gateway.ts`]: [
    `${SERVER}/policy/origins.test.ts`,
    `${SERVER}/policy/admission.test.ts`,
    `${SERVER}/piste/token.test.ts`,
  ],
  [`${SERVER}/piste/access-token.ts`]: [`${SERVER}/piste/gateway.test.ts`],
  [`${SERVER}/piste/token.ts`]: [],
  [`${SERVER}/piste/scopes.ts`]: [`${SERVER}/piste/token.test.ts`],
  [`${SERVER}/dialects/rocaptcha/hash.ts`]: [`${SERVER}/dialects/rocaptcha/session.test.ts`],
  [`${SERVER}/dialects/rocaptcha/verify.ts`]: [
    `${SERVER}/dialects/rocaptcha/session.test.ts`,
    `${SERVER}/dialects/rocaptcha/use.test.ts`,
    `${SERVER}/dialects/rocaptcha/demo.test.ts`,
    `${SERVER}/policy/admission.test.ts`,
    `${SERVER}/operate/metrics.test.ts`,
  ],
  [`${SERVER}/ledgers/sqlite.ts`]: [],
  [`${SERVER}/ledgers/statements.ts`]: [`${SERVER}/ledgers/sqlite.test.ts`],
  [`${SERVER}/ledgers/redis.ts`]: [],
  [`${SERVER}/ledgers/redis/node.ts`]: [
    `${SERVER}/ledgers/redis.test.ts`,
    `${SERVER}/ledgers/redis/replicas.test.ts`,
  ],
  [`${SERVER}/ledgers/redis/url.ts`]: [],
  [`${SERVER}/ledgers/redis/slot.ts`]: [`${SERVER}/ledgers/redis/cluster.test.ts`],
  [`${SERVER}/app.ts`]: [`${SERVER}/policy/admission.test.ts`, `${SERVER}/operate/operate.test.ts`],
}

/** The security-critical files. */
export const CRITICAL: readonly string[] = Object.keys(ELSEWHERE)

/** The tests of a file: `name.test.ts` and every `name-….test.ts` beside it, and those that are named above. */
export function testsOf(root: string, file: string): string[] {
  const [folder, name] = [dirname(file), basename(file, '.ts')]
  const isBeside = (test: string) =>
    test === `${name}.test.ts` || (test.startsWith(`${name}-`) && test.endsWith('.test.ts'))
  const beside = readdirSync(join(root, folder)).filter(isBeside)
  return [...beside.map(test => join(folder, test)), ...(ELSEWHERE[file] ?? [])]
}
