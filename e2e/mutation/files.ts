import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

const CORE = 'packages/core/src'
const SERVER = 'packages/server/src'

/** Security-critical files, with the tests of their behaviour that are not beside them. */
const OTHER_TESTS: Readonly<Record<string, readonly string[]>> = {
  [`${CORE}/captcha.ts`]: [],
  [`${CORE}/revalidation.ts`]: [`${CORE}/captcha`],
  [`${CORE}/id.ts`]: [`${CORE}/captcha`],
  [`${CORE}/opener.ts`]: [`${CORE}/captcha`],
  [`${CORE}/sealed-record.ts`]: [`${CORE}/pass`, `${CORE}/ticket`],
  [`${CORE}/pass.ts`]: [],
  [`${CORE}/ticket.ts`]: [],
  [`${CORE}/keys.ts`]: [`${CORE}/captcha`],
  [`${CORE}/ledger.ts`]: [],
  [`${CORE}/fallback.ts`]: [`${CORE}/captcha`],
  [`${CORE}/code.ts`]: [`${CORE}/kinds`, `${CORE}/text/text-captcha`],
  [`${SERVER}/policy/address.ts`]: [],
  [`${SERVER}/policy/admission.ts`]: [],
  [`${SERVER}/policy/buckets.ts`]: [`${SERVER}/policy/limits`],
  [`${SERVER}/policy/limits.ts`]: [`${SERVER}/policy/admission`],
  [`${SERVER}/http/origins.ts`]: [`${SERVER}/dialects/rocaptcha/page`, `${SERVER}/dialects/cap/pages`],
  [`${SERVER}/policy/outage-log.ts`]: [],
  [`${SERVER}/policy/pressure.ts`]: [],
  [`${SERVER}/policy/quota.ts`]: [],
  [`${SERVER}/http/sites.ts`]: [`${SERVER}/dialects/rocaptcha/demo`],
  [`${SERVER}/dialects/captchetat/gateway/gateway.ts`]: [
    `${SERVER}/http/origins`,
    `${SERVER}/policy/admission`,
    `${SERVER}/dialects/captchetat/gateway/token`,
  ],
  [`${SERVER}/dialects/captchetat/gateway/access-token.ts`]: [
    `${SERVER}/dialects/captchetat/gateway/gateway`,
  ],
  [`${SERVER}/dialects/captchetat/gateway/token.ts`]: [],
  [`${SERVER}/dialects/captchetat/gateway/scopes.ts`]: [`${SERVER}/dialects/captchetat/gateway/token`],
  [`${SERVER}/dialects/rocaptcha/hash.ts`]: [`${SERVER}/dialects/rocaptcha/session`],
  [`${SERVER}/dialects/rocaptcha/verify.ts`]: [
    `${SERVER}/dialects/rocaptcha/session`,
    `${SERVER}/dialects/rocaptcha/use`,
    `${SERVER}/dialects/rocaptcha/demo`,
    `${SERVER}/policy/admission`,
    `${SERVER}/telemetry/metrics`,
  ],
  [`${SERVER}/dialects/cap/redeem.ts`]: [`${SERVER}/dialects/cap/pages`],
  [`${SERVER}/dialects/cap/siteverify.ts`]: [],
  [`${SERVER}/dialects/native/answer.ts`]: [`${SERVER}/dialects/native/native`],
  [`${SERVER}/dialects/altcha/code.ts`]: [],
  [`${SERVER}/dialects/altcha/payload.ts`]: [`${SERVER}/dialects/altcha/code`],
  [`${SERVER}/dialects/altcha/signatures.ts`]: [
    `${SERVER}/dialects/altcha/challenge`,
    `${SERVER}/dialects/altcha/verify`,
  ],
  [`${SERVER}/dialects/altcha/v1.ts`]: [`${SERVER}/dialects/altcha/verify`],
  [`${SERVER}/dialects/altcha/v2.ts`]: [
    `${SERVER}/dialects/altcha/challenge`,
    `${SERVER}/dialects/altcha/verify`,
  ],
  [`${SERVER}/dialects/altcha/verify.ts`]: [`${SERVER}/dialects/altcha/code`],
  [`${SERVER}/dialects/altcha/work.ts`]: [
    `${SERVER}/dialects/altcha/verify`,
    `${SERVER}/dialects/altcha/code`,
  ],
  [`${SERVER}/registry/altcha-key.ts`]: [],
  [`${SERVER}/ledgers/sqlite.ts`]: [],
  [`${SERVER}/ledgers/statements.ts`]: [`${SERVER}/ledgers/sqlite`],
  [`${SERVER}/ledgers/redis.ts`]: [],
  [`${SERVER}/ledgers/redis/node.ts`]: [`${SERVER}/ledgers/redis`, `${SERVER}/ledgers/redis/replicas`],
  [`${SERVER}/ledgers/redis/exchange.ts`]: [`${SERVER}/ledgers/redis`, `${SERVER}/ledgers/redis/replicas`],
  [`${SERVER}/ledgers/redis/url.ts`]: [],
  [`${SERVER}/ledgers/redis/slot.ts`]: [`${SERVER}/ledgers/redis/cluster`],
  [`${SERVER}/app.ts`]: [`${SERVER}/policy/admission`, `${SERVER}/telemetry/health`],
}

/** The security-critical files. */
export const CRITICAL: readonly string[] = Object.keys(OTHER_TESTS)

/** `name.test.ts` and every `name-….test.ts`. */
function testsNamed(root: string, path: string): string[] {
  const [folder, name] = [dirname(path), basename(path)]
  const fits = (test: string) =>
    test === `${name}.test.ts` || (test.startsWith(`${name}-`) && test.endsWith('.test.ts'))
  return readdirSync(join(root, folder))
    .filter(fits)
    .map(test => join(folder, test))
}

/** The tests of a file: those beside it, and those that are named above. */
export function testsOf(root: string, file: string): string[] {
  const names = [file.replace(/\.ts$/, ''), ...(OTHER_TESTS[file] ?? [])]
  return names.flatMap(name => testsNamed(root, name))
}
