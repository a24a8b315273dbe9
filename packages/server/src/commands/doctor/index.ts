import type { Finding } from '../../finding.ts'
import { readArguments } from '../arguments.ts'
import { columns, print } from '../print.ts'
import { checks } from './checks.ts'

/**
 * `upright doctor`: looks at everything the service needs. Exit code 1 when something is missing or broken.
 */
export async function run(args: string[]): Promise<number> {
  const { values } = readArguments(args, {})
  const findings: Finding[] = []
  // One after the other: later checks build on what earlier ones have found.
  for (const check of checks(values.data)) findings.push(...(await check()))
  const failed = findings.some(finding => finding.state === 'fail')
  if (values.json) print(JSON.stringify({ ok: !failed, findings }))
  else print(columns(findings.flatMap(rowsOf)))
  return failed ? 1 : 0
}

const rowsOf = ({ state, name, found, fix }: Finding) => [
  [state === 'fail' ? 'FAIL' : state, name, found],
  ...(fix ? [['', '', `→ ${fix}`]] : []),
]
