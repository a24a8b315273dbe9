// `npm run bench`, `npm run load`, `npm run attack`, `npm run mutate`: starts one of our programs, with what
// it measures built before.
import { spawnSync } from 'node:child_process'
import { build, install, installClients, root } from './prepare.mjs'

/**
 * Each program's file and the options of Node it needs. Attacks measure the sources, the others the built
 * packages.
 */
const PROGRAMS = {
  attack: { file: 'attack/main.ts', options: ['--conditions=source'], built: false },
  bench: { file: 'bench/main.ts', options: ['--expose-gc'], built: true, clients: true },
  mutate: { file: 'e2e/mutation/main.ts', options: ['--conditions=source'], built: false },
  load: { file: 'bench/load/main.ts', options: [], built: true },
}

const [name, ...args] = process.argv.slice(2)
const { file, options, built, clients } = PROGRAMS[name]
install()
if (built) build()
if (clients) await installClients()
const { status } = spawnSync(process.execPath, [...options, '--import', 'tsx', file, ...args], {
  cwd: root,
  stdio: 'inherit',
})
process.exitCode = status ?? 1
