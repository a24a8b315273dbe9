import { cpus } from 'node:os'
import { benchAltcha } from './altcha.ts'
import { benchCap } from './cap.ts'
import { benchConnections } from './connections.ts'
import { benchDiscs } from './discs.ts'
import { benchHttp } from './http.ts'
import { benchIds } from './ids.ts'
import { benchJunk } from './junk.ts'
import { benchLadder } from './ladder/index.ts'
import { benchLedgers } from './ledgers.ts'
import { benchMixed } from './mixed.ts'
import { benchPictures } from './pictures.ts'
import { benchRivals } from './rivals.ts'
import { benchSolver } from './solver.ts'
import { benchSounds } from './sounds.ts'
import { printTable, type Row } from './table.ts'
import { benchVisitors } from './visitors.ts'
import { benchWidget } from './widget.ts'
import { benchWorkers } from './workers.ts'

const sections: Record<string, [heading: string, run: () => Promise<Row[]>]> = {
  pictures: ['Pictures of 200×70, one core', benchPictures],
  sounds: ['Sounds of 7 characters, one core', benchSounds],
  discs: ['Discs of 240 px, one core', benchDiscs],
  ids: ['Ids', benchIds],
  altcha: ["ALTCHA's first protocol, beside altcha-lib", benchAltcha],
  cap: ['Challenges of Cap, in process', benchCap],
  ladder: ['The ladder: its cost, and the simulation', benchLadder],
  ledgers: ['Ledgers', benchLedgers],
  http: ['The service, one process', benchHttp],
  workers: ['The service, one worker and two', benchWorkers],
  visitors: ['Discs for visitors, one process', benchVisitors],
  connections: ['Connections that send nothing, or half close', benchConnections],
  solver: ['Solvers of work in browsers, one worker', benchSolver],
  widget: ['<upright-captcha>', benchWidget],
  rivals: ['Stock widgets under a strict policy', benchRivals],
  mixed: ['Pictures beside sounds, one process', benchMixed],
  junk: ['Pictures beside junk solutions of memory-hard work, one process', benchJunk],
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter(name => !(name in sections))
if (unknown.length > 0) {
  console.error(
    `upright: no bench is called ${unknown.join(', ')}: there are ${Object.keys(sections).join(', ')}`,
  )
  process.exit(2)
}

console.log(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`)
const rows: Row[] = []
for (const [name, [heading, run]] of Object.entries(sections)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const section = await run()
  printTable(heading, section)
  rows.push(...section)
}
const missed = rows.filter(row => row.ok === false)
console.log(missed.length > 0 ? `\n${missed.length} of the budgets missed` : '\nEvery budget met')
