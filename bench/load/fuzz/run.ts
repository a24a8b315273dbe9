import { whole } from '../../table.ts'
import { table } from '../report.ts'
import { type FuzzOptions, fuzz } from './fuzz.ts'

/** Fuzzes a service, and prints what each route answered; a fault makes the process end with 1. */
export async function runFuzz(options: FuzzOptions): Promise<void> {
  const { requests, seconds, counts, slowest, faults } = await fuzz(options)
  const statuses = [...new Set([...counts.values()].flatMap(count => [...count.keys()]))].sort(
    (a, b) => a - b,
  )
  const rows = [...counts].map(([route, count]) => [
    route,
    ...statuses.map(status => `${count.get(status) ?? ''}`),
  ])
  console.log(table([['', ...statuses.map(String)], ...rows]))
  console.log(
    `\n${whole(requests)} requests of seed ${options.seed} in ${seconds.toFixed(1)} s; ` +
      `the slowest took ${whole(slowest.answer)} ms, /healthz meanwhile ${whole(slowest.health)} ms`,
  )
  for (const fault of faults) console.log(`✗ ${fault}`)
  if (faults.length > 0) process.exitCode = 1
  else console.log('✓ every answer was as the document says, and nothing of it is in the log')
}
