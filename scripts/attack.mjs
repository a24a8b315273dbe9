// `npm run attack`: how strong challenges are, as figures, measured on the sources by attacks that anybody can run.
import { spawnSync } from 'node:child_process'
import { install, root } from './prepare.mjs'

install()
const { status } = spawnSync(
  process.execPath,
  ['--conditions=source', '--import', 'tsx', 'attack/main.ts', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
)
process.exitCode = status ?? 1
