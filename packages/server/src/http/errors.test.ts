import { readFileSync } from 'node:fs'
import { ERRORS } from '@upright/core'
import { expect, it } from 'vitest'

it('docs/errors.md lists the table of errors, no more and no less', () => {
  const page = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8')
  const rows = page.matchAll(/^\| `(\w+)` \| (\d{3}) \| ([^|]+) \| [^|]+ \|$/gm)
  const listed = [...rows].map(([, code, status, message]) => [code, { status: Number(status), message }])
  expect(Object.fromEntries(listed)).toEqual(ERRORS)
})
