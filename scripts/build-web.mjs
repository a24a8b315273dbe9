// Bundles the pages of packages/server/web into packages/server/public, which the server serves as they are.
import { cp, mkdir, readdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const from = new URL('../packages/server/web/', import.meta.url)
const to = new URL('../packages/server/public/', import.meta.url)

await rm(to, { recursive: true, force: true })
await mkdir(new URL('assets/', to), { recursive: true })

// Names stay the same from build to build: the server answers with an ETag, so a new version is noticed at once.
await build({
  entryPoints: ['demo.ts', 'demo.css', 'docs.ts', 'docs.css'].map(name => fileURLToPath(new URL(name, from))),
  outdir: fileURLToPath(new URL('assets/', to)),
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022', 'chrome109', 'firefox115', 'safari16'],
  logLevel: 'warning',
})

for (const name of await readdir(from)) {
  if (name.endsWith('.html')) await cp(new URL(name, from), new URL(name, to))
  if (name.endsWith('.svg')) await cp(new URL(name, from), new URL(`assets/${name}`, to))
}
