// `npm test`: everything, on a machine that may have nothing but Node. What the tests need from the system is
// installed when that needs no asking (root on Debian); otherwise the run says what to type, and fails.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build, install, installClients, root, run, runBeside } from './prepare.mjs'

/** Debian packages, and what succeeds in a shell where each is there. */
const PACKAGES = {
  'chromium-headless-shell': 'command -v chromium-headless-shell',
  curl: 'command -v curl',
  'firefox-esr': 'command -v firefox-esr',
  openssl: 'command -v openssl',
  'php-cli': 'command -v php',
  'php-curl': 'php -m | grep -qx curl',
  'php-google-recaptcha': 'test -f /usr/share/php/ReCaptcha/autoload.php',
  phpmyadmin: 'test -d /usr/share/phpmyadmin',
  // Debian keeps the programs of PostgreSQL off the path, each version in its own folder.
  postgresql: 'command -v postgres || ls /usr/lib/postgresql/*/bin/postgres',
  'redis-server': 'command -v redis-server',
}
/** Packages that another one is installed with: phpMyAdmin asks for no database then, and gets none. */
const TOGETHER = { phpmyadmin: ['dbconfig-no-thanks'] }

/** Installs what is missing of them; resolves when it is there. */
async function installPackages() {
  const packages = Object.entries(PACKAGES)
    .filter(([, test]) => spawnSync('sh', ['-c', test]).status !== 0)
    .flatMap(([name]) => [name, ...(TOGETHER[name] ?? [])])
  if (packages.length === 0) return
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    console.error(`upright: the tests need ${packages.join(', ')}. On Debian: sudo ${command}`)
    process.exit(1)
  }
  console.error(`upright: installing ${packages.join(', ')} …`)
  await runBeside('sh', ['-c', `apt-get update -q && DEBIAN_FRONTEND=noninteractive ${command}`])
}

/** Files of tests that are named at the end: those that cost most. */
const SLOWEST_FILES = 20

/** Milliseconds that each file of tests took, the slowest first. */
const timesOf = ({ testResults }) =>
  testResults
    .map(({ name, startTime, endTime }) => ({ name: relative(root, name), took: endTime - startTime }))
    .sort((a, b) => b.took - a.took)

// With paths, those files alone: `npm test -- PATH`.
const paths = process.argv.slice(2)
// Packages come over the network, which waits most of the time: the build and the check go on meanwhile.
const packages = installPackages()
install()
const clients = installClients()
build()
if (paths.length === 0) run(process.execPath, ['scripts/check.mjs'], { stdio: 'inherit' })
await Promise.all([packages, clients])

const report = join(root, 'node_modules/.cache/test-report.json')
rmSync(report, { force: true })
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json']
const { status } = spawnSync(process.execPath, [...vitest, `--outputFile.json=${report}`, ...paths], {
  cwd: root,
  stdio: 'inherit',
})
if (existsSync(report)) {
  const results = JSON.parse(readFileSync(report, 'utf8'))
  console.log('\nThe slowest files:')
  for (const { name, took } of timesOf(results).slice(0, SLOWEST_FILES)) {
    console.log(`${(took / 1000).toFixed(1).padStart(7)} s  ${name}`)
  }
  console.log(`\n${results.numPassedTests} passed, ${results.numFailedTests} failed`)
}
process.exitCode = status ?? 1
