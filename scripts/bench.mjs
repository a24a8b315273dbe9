// `npm run bench`: every budget of the design as a figure, measured on the built packages.
import { spawnSync } from 'node:child_process'
import { build, install, root } from './prepare.mjs'

install()
build()
const { status } = spawnSync(
  process.execPath,
  ['--expose-gc', '--import', 'tsx', 'bench/main.ts', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
)
process.exitCode = status ?? 1
