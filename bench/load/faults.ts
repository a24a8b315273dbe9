import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Balancer, createBalancer } from './balancer.ts'
import { type CrowdOptions, known, replay, type Stats, startCrowd } from './crowd.ts'
import { createInvariantChecker, type InvariantChecker } from './invariant-checker.ts'
import { keyOf, solver } from './journeys.ts'
import { type Fleet, startFleet } from './nodes.ts'
import { type Backends, type Scenario, type ScenarioContext, SETUPS } from './scenarios.ts'

/** How visitors fared while something broke. Times are in seconds. */
export interface Outcome {
  scenario: Scenario
  requests: number
  passed: number
  /** Visitors who should have got in and did not. */
  refused: number
  /** Requests that another node took, and that went down with a killed one. */
  turned: number
  lost: number
  /** The longest time in which nobody got in. */
  gap: number
  /**
   * From the fault until everybody got in again and nothing was missing; and how much of that came after it
   * was fixed.
   */
  full: number
  after: number
  /** Challenges whose right code was sent once more when it was over. */
  replayed: number
  refusals: Stats['refusals']
  /** What never should have happened. */
  violations: ReadonlyMap<string, number>
}

/** How scenarios are played. */
export interface FaultOptions {
  /** Visitors a second. */
  rate: number
  broken: ScenarioContext['broken']
  /** Seconds of undisturbed service before a scenario, and after it. @default 2 */
  quiet?: number
  /** What Node is given to run the command line of nodes. @default the built one */
  cli?: readonly string[]
  /** Fleets that are there already, and that go on after it. @default new ones */
  fleets?: Partial<Record<Exclude<Backends, 'disk'>, Fleet>>
  /** Called with each scenario's result as soon as it is over. */
  onOutcome?: (outcome: Outcome) => void
  /** Called with each scenario that cannot run on this machine. */
  onSkipped?: (scenario: Scenario, why: string) => void
}

/** Seconds after which a service that has not come back by itself has failed. */
const RECOVERY_TIMEOUT_SECONDS = 60
/** Megabytes of the disk that is filled. */
const DISK = 64

/** Plays scenarios, those of the same backends on the same fleet. */
export async function playAll(scenarios: readonly Scenario[], options: FaultOptions): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const backends of Object.keys(SETUPS) as Backends[]) {
    const here = scenarios.filter(scenario => scenario.backends === backends)
    if (here.length > 0) outcomes.push(...(await playOn(backends, here, options)))
  }
  return outcomes
}

async function playOn(
  backends: Backends,
  scenarios: readonly Scenario[],
  options: FaultOptions,
): Promise<Outcome[]> {
  const running = backends === 'disk' ? undefined : options.fleets?.[backends]
  if (running) return playEach(running, undefined, scenarios, options)
  const folder = mkdtempSync(join(tmpdir(), 'upright-load-'))
  const { cli } = options
  if (backends === 'disk') {
    const why = mount(folder)
    if (why !== undefined) {
      rmSync(folder, { recursive: true })
      for (const scenario of scenarios) options.onSkipped?.(scenario, why)
      return []
    }
  }
  try {
    const fleet = await startFleet({ ...SETUPS[backends], folder, ...(cli && { cli }) })
    try {
      return await playEach(fleet, folder, scenarios, options)
    } finally {
      await fleet.stop()
    }
  } finally {
    if (backends === 'disk') execFileSync('umount', [folder])
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A disk of its own for a folder; else why there is none. */
function mount(folder: string): string | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}m`, 'tmpfs', folder], { stdio: 'pipe' })
    return undefined
  } catch (error) {
    return `no small disk can be mounted here: ${(error as Error).message.trim().split('\n').at(-1)}`
  }
}

async function playEach(
  fleet: Fleet,
  folder: string | undefined,
  scenarios: readonly Scenario[],
  options: FaultOptions,
): Promise<Outcome[]> {
  const site = await fleet.addSite('--revalidation', 'strict')
  const captcha = solver(fleet.secret)
  const balancer = createBalancer(() => fleet.nodes.map(({ url }) => url))
  const outcomes: Outcome[] = []
  try {
    await known(fleet, keyOf(site))
    for (const scenario of scenarios) {
      const checker = createInvariantChecker()
      const killable = new Set<string>()
      const crowd = { balancer, checker, captcha, headers: keyOf(site), rate: options.rate, killable }
      const { broken, quiet = 2 } = options
      const outcome = await play({ scenario, fleet, folder, crowd, broken, quiet })
      outcomes.push(outcome)
      options.onOutcome?.(outcome)
    }
  } finally {
    balancer.close()
  }
  return outcomes
}

/** What one scenario is played with. */
interface Play {
  scenario: Scenario
  fleet: Fleet
  folder: string | undefined
  crowd: CrowdOptions & { killable: Set<string>; checker: InvariantChecker; balancer: Balancer }
  broken: ScenarioContext['broken']
  quiet: number
}

async function play({ scenario, fleet, folder, crowd, broken, quiet }: Play): Promise<Outcome> {
  const { balancer, checker, killable } = crowd
  const turnedBefore = balancer.turned()
  const running = startCrowd(crowd)
  const { fares } = running
  await sleep(quiet * 1000)

  const began = performance.now()
  let fixed = began
  await scenario.play({
    fleet,
    folder,
    broken,
    fixed: () => {
      fixed = performance.now()
    },
    markKillable: node => killable.add(node.url),
  })
  const played = performance.now()
  /** When the last visitor was kept out, or the scenario was over. */
  const trouble = () => Math.max(played, (fares.failures.at(-1) ?? 0) + 1)
  while (performance.now() - trouble() < quiet * 1000 || (fares.passes.at(-1) ?? 0) < trouble()) {
    if (performance.now() - played > RECOVERY_TIMEOUT_SECONDS * 1000) {
      checker.reportViolation(`visitors were still kept out ${RECOVERY_TIMEOUT_SECONDS} s after it was over`)
      break
    }
    await sleep(50)
  }
  await running.stop()
  const replayed = await replay(crowd)

  const last = Math.max(0, ...fares.failures.filter(time => time > began))
  const full = Math.max(last, scenario.name.endsWith('node') ? fixed : 0)
  return {
    scenario,
    requests: fares.requests,
    passed: fares.passes.length,
    refused: fares.failures.length,
    turned: balancer.turned() - turnedBefore,
    lost: fares.lost,
    gap: longestGap(fares.passes) / 1000,
    full: Math.max(0, full - began) / 1000,
    after: Math.max(0, last - fixed) / 1000,
    replayed,
    refusals: fares.refusals,
    violations: checker.violations,
  }
}

function longestGap(moments: readonly number[]): number {
  return moments.reduce((longest, time, i) => Math.max(longest, time - (moments[i - 1] ?? time)), 0)
}
