import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { printTable } from '../bench/table.ts'
import { attackDiscs } from './discs.ts'
import { type Attack, type Finding, isMet, markdownOf, rowOf } from './finding.ts'
import { attackGuess } from './guess.ts'
import { attackLeak } from './leak.ts'
import { attackOcr } from './ocr.ts'
import { attackSoundForms } from './sound-forms.ts'
import { attackSounds } from './sounds.ts'
import { strengthOf } from './strength.ts'

const attacks: Record<string, [heading: string, attack: Attack]> = {
  ocr: ['Pictures, by off-the-shelf readers', attackOcr],
  discs: ['Discs, by matching with the library', attackDiscs],
  sounds: ['Sounds, by matching with our own clips', attackSounds],
  guess: ['Everything, by blind guess', attackGuess],
  leak: ['Discs, by traces of their turn', attackLeak],
}

/** Attacks on what the service does not show: only where they are named. */
const trials: typeof attacks = {
  'sound-forms': ['Forms of sounds, in as many rounds as make a blind guess rare', attackSoundForms],
}
const all = { ...attacks, ...trials }

function refuse(message: string): never {
  console.error(`upright: ${message}`)
  process.exit(2)
}

function readFlags() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        quick: { type: 'boolean' },
        markdown: { type: 'boolean' },
        write: { type: 'boolean', default: false },
        'core-price': { type: 'string', default: '0.04' },
      },
    })
  } catch (error) {
    return refuse((error as Error).message)
  }
}

const { values, positionals: wanted } = readFlags()
const before = performance.now()
const printTime = () => console.log(`${Math.round((performance.now() - before) / 1000)} s in all`)
const corePrice = Number(values['core-price'])
if (!(corePrice > 0)) refuse('--core-price is what a core costs for an hour, in euros')
if (wanted.join() === 'price') {
  // It loads most of the service.
  const { attackPrice } = await import('./price/index.ts')
  const failures = await attackPrice({ corePrice, write: values.write })
  console.log(`\n${failures.map(line => `✗ ${line}`).join('\n') || 'Nothing is cheaper than it may be'}`)
  printTime()
  process.exit(failures.length > 0 ? 1 : 0)
}
const unknown = wanted.filter(name => !Object.hasOwn(all, name))
if (unknown.length > 0) {
  refuse(
    `no attack is called ${unknown.join(', ')}: there are ${Object.keys(all).join(', ')}, and price by itself`,
  )
}
/** A quick run shows that everything works; its figures say little. */
const count = values.quick ? (full: number) => Math.ceil(full / 50) : (full: number) => full

const found: Finding[] = []
const skipped: string[] = []
for (const [name, [heading, attack]] of Object.entries(all)) {
  if (wanted.length > 0 ? !wanted.includes(name) : Object.hasOwn(trials, name)) continue
  const findings = await attack(count)
  printTable(heading, findings.found.map(rowOf))
  for (const reason of findings.skipped ?? []) console.log(`  – ${reason}`)
  found.push(...findings.found)
  skipped.push(...(findings.skipped ?? []))
}
if (values.markdown) console.log(`\n${markdownOf(found)}`)

const missed = found.filter(finding => isMet(finding) === false)
console.log(missed.length > 0 ? `\n${missed.length} of the aims missed` : '\nEvery aim met')
printTime()
// Only a whole run is worth keeping.
if (wanted.length === 0 && !values.quick) {
  const file = new URL('../docs/strength.json', import.meta.url)
  writeFileSync(file, `${JSON.stringify(strengthOf(found, skipped), null, 2)}\n`)
  console.log('Written to docs/strength.json')
}
