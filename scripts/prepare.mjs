// What every root script starts with: dependencies installed, packages built. Plain JavaScript, because it
// runs on a fresh clone, before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const modified = path => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0

/** Runs a command in the repository; its output goes to standard error, so that ours stays clean. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

/** The same beside other work: resolves when the command has ended well. */
export function runBeside(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', status => (status === 0 ? resolve() : process.exit(status ?? 1)))
  })
}

/** The newest change below a folder, in milliseconds since 1970; files that tests alone use do not count. */
function newest(folder) {
  let latest = 0
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) latest = Math.max(latest, newest(path))
    else if (!entry.name.endsWith('.test.ts')) latest = Math.max(latest, modified(path))
  }
  return latest
}

/** Runs npm in a folder, with its errors alone; with `runBeside`, beside other work. */
export const npm = (args, cwd, runner = run) =>
  runner('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    shell: process.platform === 'win32',
  })

/**
 * Whether the packages of a folder are those of its lock file. npm writes its own list whenever it installs.
 */
const isInstalled = folder =>
  modified(join(folder, 'node_modules/.package-lock.json')) >= modified(join(folder, 'package-lock.json'))

/**
 * Installs the dependencies, at the versions of the lock file, when they are missing or older than it. Those
 * that are there are updated and not removed first, for a service may run from them.
 */
export function install() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`upright: Node ${process.versions.node} is too old: 20.19 or newer is needed.`)
    process.exit(1)
  }
  if (isInstalled('.')) return
  console.error('upright: installing dependencies …')
  npm(existsSync(join(root, 'node_modules')) ? ['install', '--no-save'] : ['ci'], root)
}

const CLIENTS = 'e2e/clients'

/**
 * Installs the third-party clients that tests run, each family at the versions of its own lock file: all of
 * them at the same time, for most of it is waiting for the registry. Resolves when they are there.
 */
export async function installClients() {
  const folders = readdirSync(join(root, CLIENTS)).map(family => join(CLIENTS, family))
  const missing = folders.filter(folder => !isInstalled(folder))
  if (missing.length === 0) return
  console.error(`upright: installing the clients of ${missing.map(folder => basename(folder)).join(', ')} …`)
  await Promise.all(missing.map(folder => npm(['ci', '--ignore-scripts'], join(root, folder), runBeside)))
}

const BUILT = 'node_modules/.cache/upright-built'
const SOURCES = ['packages/core/src', 'packages/server/src', 'packages/server/web', 'packages/widget/src']

/** Builds the packages when a source is newer than the last build. */
export function build() {
  const files = [
    'packages/core/dist/index.js',
    'packages/server/dist/program',
    'packages/server/public/index.html',
  ]
  const source = Math.max(
    ...SOURCES.map(newest),
    modified('tsconfig.base.json'),
    modified('scripts/build-program.mjs'),
    modified('scripts/build-web.mjs'),
  )
  if (files.every(modified) && modified(BUILT) > source) return
  console.error('upright: building …')
  const started = Date.now()
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'packages/server'])
  run(process.execPath, ['scripts/build-program.mjs'])
  run(process.execPath, ['scripts/build-web.mjs'])
  mkdirSync(join(root, dirname(BUILT)), { recursive: true })
  writeFileSync(join(root, BUILT), `${(Date.now() - started) / 1000} s\n`)
}

/** Runs the built command line in this very process, so that signals and exit codes are its own. */
export async function upright(args) {
  const cli = join(root, 'packages/server/dist/cli.js')
  process.argv = [process.execPath, cli, ...args]
  await import(pathToFileURL(cli))
}
