import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { printTable } from '../../bench/table.ts'
import { CRITICAL, testsOf } from './files.ts'
import { type Mutant, mutantsOf } from './mutants.ts'
import { createRunner } from './runner.ts'
import { percent, type Score, type Survivor, sample, scoreOf } from './score.ts'

/**
 * Mutants of one file that are run, unless `--limit` says otherwise: all files then take less than half an
 * hour.
 */
const DEFAULT_LIMIT = 20
/** The share of mutants that are to be caught, in percent. */
const MIN_CAUGHT_PERCENT = 95
/** Milliseconds after which a test file hangs, with no mutant in it. */
const TEST_TIMEOUT_MS = 3 * 60_000
/** Milliseconds that a test file may take beyond three times its usual time. */
const SLACK_MS = 10_000

const USAGE = 'npm run mutate -- [FILE...] [--limit N] [--seed TEXT] [--verbose]'

const root = fileURLToPath(new URL('../..', import.meta.url))
const survivors: Survivor[] = JSON.parse(readFileSync(new URL('survivors.json', import.meta.url), 'utf8'))
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    limit: { type: 'string', default: `${DEFAULT_LIMIT}` },
    seed: { type: 'string', default: '1' },
    verbose: { type: 'boolean' },
  },
})
const limit = Number(values.limit)
const files = positionals.length > 0 ? positionals : CRITICAL
const wrong = files.filter(file => !existsSync(join(root, file)) || testsOf(root, file).length === 0)
if (wrong.length > 0 || !(limit > 0)) {
  console.error(`upright: ${wrong.map(file => `${file} is no file with tests\n`).join('')}${USAGE}`)
  process.exit(2)
}

const started = performance.now()
const runner = await createRunner(root)
/** Milliseconds that each test file takes when nothing is wrong. */
const usual = new Map<string, number>()

/**
 * The tests of a file, the quick ones first to begin with.
 * @throws Error when one fails without any mutant
 */
async function ordered(file: string): Promise<string[]> {
  const tests = testsOf(root, file)
  for (const test of tests) {
    if (usual.has(test)) continue
    const before = performance.now()
    const outcome = await runner.run(test, file, undefined, TEST_TIMEOUT_MS)
    if (outcome !== 'passed') throw new Error(`${test} fails on the code as it is`)
    usual.set(test, performance.now() - before)
  }
  return tests.sort((a, b) => usual.get(a)! - usual.get(b)!)
}

async function scoreFile(file: string): Promise<Score> {
  const tests = await ordered(file)
  const mutants = mutantsOf(readFileSync(join(root, file), 'utf8'))
  const catches = async (mutant: Mutant) => {
    for (const test of tests) {
      const outcome = await runner.run(test, file, mutant.code, 3 * usual.get(test)! + SLACK_MS)
      if (outcome === 'passed') continue
      if (values.verbose) console.log(`${outcome} ${placeOf(file, mutant)}`)
      // What has caught one catches the next of the same lines, most likely.
      tests.unshift(...tests.splice(tests.indexOf(test), 1))
      return true
    }
    return false
  }
  const listed = survivors.filter(survivor => survivor.file === file)
  return scoreOf(file, mutants, sample(mutants, limit, values.seed), listed, catches)
}

const placeOf = (file: string, { line, before, after }: Mutant) =>
  `${file}:${line}\n    - ${before}\n    + ${after}`

const scores: Score[] = []
for (const file of files) {
  const score = await scoreFile(file)
  scores.push(score)
  for (const { mutant, reason } of score.survived)
    console.log(`survived ${placeOf(file, mutant)}\n    ${reason ?? 'without a reason'}`)
  for (const { before, after } of score.stale)
    console.log(
      `survivors.json names what is caught, or there no more: ${file}\n    - ${before}\n    + ${after}`,
    )
}
await runner.close()

const sum = (of: (score: Score) => number) => scores.reduce((total, score) => total + of(score), 0)
const rowOf = (what: string, caught: number, survived: number, equivalent: number) => ({
  what,
  figure: `${caught} of ${caught + survived} caught, ${equivalent} equivalent`,
  budget: `${percent(caught, survived)} %`,
  ok: percent(caught, survived) >= MIN_CAUGHT_PERCENT,
})
printTable(
  'Mutants',
  scores.map(({ file, caught, survived, equivalent }) => rowOf(file, caught, survived.length, equivalent)),
)
const [caught, survived] = [sum(score => score.caught), sum(score => score.survived.length)]
printTable('In all', [
  rowOf(
    `${files.length} files`,
    caught,
    survived,
    sum(score => score.equivalent),
  ),
])
console.log(`${Math.round((performance.now() - started) / 1000)} s in all`)

const unnamed = sum(score => score.survived.filter(({ reason }) => reason === undefined).length)
const stale = sum(score => score.stale.length)
process.exitCode = percent(caught, survived) >= MIN_CAUGHT_PERCENT && unnamed === 0 && stale === 0 ? 0 : 1
