// `npm run load`: visitors at an even rate, and what the service makes of them when things break, measured on the built packages.
import { spawnSync } from 'node:child_process'
import { build, install, root } from './prepare.mjs'

install()
build()
const { status } = spawnSync(
  process.execPath,
  ['--import', 'tsx', 'load/main.ts', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
)
process.exitCode = status ?? 1
