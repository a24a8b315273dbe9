import { whole } from '../table.ts'
import { type Outcome, playAll } from './faults.ts'
import { flood } from './flood.ts'
import { startFleet } from './nodes.ts'
import { faultsTable, floodLines } from './report.ts'
import { SCENARIOS, SETUPS } from './scenarios.ts'
import { replayStorm } from './storm.ts'

/**
 * Visitors a second who come while something breaks: what a machine of two cores bears beside all those
 * servers.
 */
const VISITORS_PER_SECOND = 20
/** Validations of one right pair in a storm. */
const STORM_VALIDATIONS = 10_000
/**
 * How many times its capacity a node is asked for in a flood, for how many seconds, and honest visitors a
 * second meanwhile.
 */
const FLOOD = { times: 20, seconds: 60, rate: 10 }

const OTHER_SCENARIOS = ['storm', 'flood']
/** The names of everything that can break. */
export const FAULTS: readonly string[] = [...SCENARIOS.map(({ name }) => name), ...OTHER_SCENARIOS]

/** Breaks one thing after the other while visitors come, and prints how they fared. */
export async function runFaults(names: readonly string[], rate = VISITORS_PER_SECOND): Promise<void> {
  const chosen = names.length > 0 ? names : FAULTS
  const scenarios = SCENARIOS.filter(({ name }) => chosen.includes(name))
  if (scenarios.length > 0) await runScenes(scenarios, rate)
  if (chosen.includes('storm')) await runStorms()
  if (chosen.includes('flood')) {
    const outcome = await flood(FLOOD)
    console.log(floodLines(outcome))
    if (outcome.honest.errors.size > 0) process.exitCode = 1
  }
}

async function runScenes(scenarios: readonly (typeof SCENARIOS)[number][], rate: number): Promise<void> {
  console.log(`${rate} visitors a second, each sending the right code twice, to different nodes`)
  const outcomes = await playAll(scenarios, {
    rate,
    broken: { redis: 5, postgres: 60, disk: 10, clock: 10 },
    onOutcome: outcome => console.log(outcomeLines(outcome)),
    onSkipped: ({ name }, why) => console.log(`- ${name} was left out: ${why}`),
  })
  if (outcomes.length > 0) console.log(`\n${faultsTable(outcomes)}\n`)
  if (outcomes.some(({ violations }) => violations.size > 0)) process.exitCode = 1
}

async function runStorms(): Promise<void> {
  const fleet = await startFleet(SETUPS.cluster)
  try {
    for (const revalidation of ['strict', 'grace'] as const) {
      const storm = await replayStorm(fleet, revalidation, STORM_VALIDATIONS)
      const right = storm.true === storm.allowed && storm.other === 0
      const rate = `${whole(STORM_VALIDATIONS / storm.seconds)} a second`
      console.log(
        `${right ? '✓' : '✗'} storm: one right pair ${whole(STORM_VALIDATIONS)} times to three nodes at once (${rate}), ${revalidation}: ` +
          `${storm.true} × true of ${storm.allowed}, ${whole(storm.false)} × false, ${storm.other} × anything else`,
      )
      if (!right) process.exitCode = 1
    }
  } finally {
    await fleet.stop()
  }
}

function outcomeLines({ scenario, refusals, violations }: Outcome): string {
  const list = (counts: ReadonlyMap<string, number>) =>
    [...counts].map(([what, count]) => `${count} × ${what}`).join(', ')
  const refused = refusals.size > 0 ? `; refused: ${list(refusals)}` : ''
  const wrong = [...violations].map(([what, count]) => `\n  ✗ ${count} × ${what}`).join('')
  return `${violations.size === 0 ? '✓' : '✗'} ${scenario.name}: ${scenario.what}${refused}${wrong}`
}
