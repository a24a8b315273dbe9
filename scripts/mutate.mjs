// `npm run mutate -- FILE...`: small faults put into a file, one after the other, and how many of them its
// tests catch.
import { spawnSync } from 'node:child_process'
import { install, root } from './prepare.mjs'

install()
const { status } = spawnSync(
  process.execPath,
  ['--conditions=source', '--import', 'tsx', 'scripts/mutation/main.ts', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
)
process.exitCode = status ?? 1
