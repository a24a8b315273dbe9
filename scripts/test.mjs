// `npm test`: everything, on a machine that may have nothing but Node. What the tests need from the system is
// installed when that needs no asking (root on Debian); otherwise the run says what to type, and fails.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build, install, root, run } from './prepare.mjs'

/** Debian packages by the program that shows they are there. */
const PROGRAMS = {
  chromium: 'chromium',
  curl: 'curl',
  openssl: 'openssl',
  postgres: 'postgresql',
  'redis-server': 'redis-server',
}

/** Debian keeps the programs of PostgreSQL off the path, each version in its own folder. */
const isThere = program =>
  spawnSync('sh', ['-c', `command -v ${program} || ls /usr/lib/postgresql/*/bin/${program}`]).status === 0

function installPrograms() {
  const missing = Object.entries(PROGRAMS).filter(([program]) => !isThere(program))
  if (missing.length === 0) return
  const packages = missing.map(([, name]) => name)
  const command = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages]
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    console.error(`upright: the tests need ${packages.join(', ')}. On Debian: sudo ${command.join(' ')}`)
    process.exit(1)
  }
  console.error(`upright: installing ${packages.join(', ')} …`)
  run('apt-get', ['update', '-q'])
  run('env', ['DEBIAN_FRONTEND=noninteractive', ...command])
}

install()
installPrograms()
build()
run(process.execPath, ['scripts/check.mjs'], { stdio: 'inherit' })

const report = join(root, 'node_modules/.cache/test-report.json')
rmSync(report, { force: true })
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json']
const { status } = spawnSync(
  process.execPath,
  [...vitest, `--outputFile.json=${report}`, ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
)
if (existsSync(report)) {
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
  console.log(`\n${numPassedTests} passed, ${numFailedTests} failed`)
}
process.exitCode = status ?? 1
