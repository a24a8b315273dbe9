// `node scripts/assemble.mjs FOLDER`: what a server needs to run, and nothing else, in a new folder that can
// be moved.
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build, install, npm, root } from './prepare.mjs'

/**
 * What is copied as it is. The package files name what is to be installed; they tell the notices of what is
 * shipped.
 */
const COPIED = [
  'LICENSE',
  'NOTICES.md',
  'packages/core/package.json',
  'packages/core/voices',
  'packages/server/bin',
  'packages/server/package.json',
  'packages/server/pictures',
  'packages/server/public',
]
/** What npm needs while it installs, and nobody afterwards. */
const FOR_NPM = ['.npmrc', 'package.json', 'package-lock.json']
const BUILT = ['packages/core/dist', 'packages/server/dist']
/** Code that a service runs; not its tests, types and maps. */
const runs = path =>
  !/\/testing$|\.test\.js$|\.map$|\.[cm]?ts$|\.tsbuildinfo$/.test(path.replaceAll('\\', '/'))
const isTests = name => /^(test|tests|benchmark|benchmarks)$/.test(name)
/** The ending of binaries for the C library that this machine does not have: some packages bring both. */
const OTHER_LIBC =
  process.platform === 'linux' && (process.report.getReport().header.glibcVersionRuntime ? '-musl' : '-gnu')

const [given] = process.argv.slice(2)
if (!given) {
  console.error('upright: name the folder: node scripts/assemble.mjs FOLDER')
  process.exit(2)
}
const folder = resolve(given)
mkdirSync(folder, { recursive: true })
if (readdirSync(folder).length > 0) {
  console.error(`upright: ${folder} is not empty; name a new folder`)
  process.exit(1)
}

install()
build()
for (const path of [...COPIED, ...FOR_NPM]) cpSync(join(root, path), join(folder, path), { recursive: true })
for (const path of BUILT) cpSync(join(root, path), join(folder, path), { recursive: true, filter: runs })
chmodSync(join(folder, 'packages/server/dist/cli.js'), 0o755)
// `FOLDER/upright`: the command line, also through a link from a folder of the path.
symlinkSync('packages/server/bin/upright.mjs', join(folder, 'upright'))

console.error('upright: installing what the server needs …')
npm(['ci', '--omit=dev', '--workspace=@upright/server', '--ignore-scripts'], folder)
for (const path of FOR_NPM) rmSync(join(folder, path))
const modules = join(folder, 'node_modules')
for (const entry of readdirSync(modules, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name)
  const unused = entry.isDirectory()
    ? (OTHER_LIBC && entry.name.endsWith(OTHER_LIBC)) ||
      (isTests(entry.name) && existsSync(join(entry.parentPath, 'package.json')))
    : /\.(map|d\.[cm]?ts)$/.test(entry.name)
  if (unused) rmSync(path, { recursive: true, force: true })
}
console.log(folder)
