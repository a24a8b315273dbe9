// What `npm pack` and `npm publish` of packages/core run first: the build, the licence texts, and types for
// CommonJS. It writes nothing to the standard output, where npm prints its JSON.
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build, install, root } from './prepare.mjs'

const core = join(root, 'packages/core')

install()
build()
for (const name of ['LICENSE', 'NOTICES.md']) copyFileSync(join(root, name), join(core, name))

// The same types once more, below a folder that says CommonJS. The code is the same file for both: Node has
// loaded ES modules by `require` since 20.19.
const dist = join(core, 'dist')
const cjs = join(dist, 'cjs')
rmSync(cjs, { recursive: true, force: true })
for (const name of readdirSync(dist, { recursive: true })) {
  if (!name.endsWith('.d.ts') || name.endsWith('.test.d.ts')) continue
  mkdirSync(dirname(join(cjs, name)), { recursive: true })
  copyFileSync(join(dist, name), join(cjs, name))
}
writeFileSync(join(cjs, 'package.json'), '{ "type": "commonjs" }\n')
