// Bundles the pages of packages/server/web into packages/server/public, which the server serves as they are.
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build, transform } from 'esbuild'

const from = new URL('../packages/server/web/', import.meta.url)
const to = new URL('../packages/server/public/', import.meta.url)

/** A style sheet that a script imports is its text, minified as the script is. */
const cssInScripts = {
  name: 'css as text',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), {
        loader: 'css',
        minify: true,
        target: shared.target,
      })
      return { contents: code.trim(), loader: 'text' }
    })
  },
}

const shared = {
  bundle: true,
  minify: true,
  target: ['es2022', 'chrome109', 'firefox115', 'safari16'],
  logLevel: 'warning',
}

await rm(to, { recursive: true, force: true })
await mkdir(new URL('assets/', to), { recursive: true })

// Names stay the same from build to build: the server answers with an ETag, so a new version is noticed at once.
for (const [type, options] of Object.entries({ ts: { plugins: [cssInScripts] }, css: {} })) {
  await build({
    ...shared,
    ...options,
    entryPoints: ['demo', 'docs', 'reading'].map(name => fileURLToPath(new URL(`${name}.${type}`, from))),
    outdir: fileURLToPath(new URL('assets/', to)),
    format: 'esm',
  })
}

// For other sites' pages, which load it as they please: a script that leaves nothing global but its module.
await build({
  ...shared,
  entryPoints: [fileURLToPath(new URL('captchetat.ts', from))],
  outfile: fileURLToPath(new URL('captchetat/captchetat-js.js', to)),
  format: 'iife',
  charset: 'utf8',
  plugins: [cssInScripts],
})

// The same of CaptchEtat v1, whose markup names its parts. In ASCII: a client's back end may pass it on without its charset.
await build({
  ...shared,
  entryPoints: { script: 'botdetect.ts', layout: 'botdetect/layout.css' },
  absWorkingDir: fileURLToPath(from),
  outdir: fileURLToPath(new URL('botdetect/', to)),
  format: 'iife',
})
for (const name of await readdir(new URL('botdetect/', from))) {
  if (name.endsWith('.png')) await cp(new URL(`botdetect/${name}`, from), new URL(`botdetect/${name}`, to))
}

// The widget of RoCAPTCHA, in ASCII too: what old clients insert is read in whatever charset their pages have.
await build({
  ...shared,
  entryPoints: [fileURLToPath(new URL('rocaptcha.ts', from))],
  outfile: fileURLToPath(new URL('rocaptcha/rocaptcha.js', to)),
  format: 'iife',
  plugins: [cssInScripts],
})

for (const name of await readdir(from)) {
  if (name.endsWith('.html')) await cp(new URL(name, from), new URL(name, to))
  if (name.endsWith('.svg')) await cp(new URL(name, from), new URL(`assets/${name}`, to))
}

for (const entry of await readdir(to, { withFileTypes: true, recursive: true })) {
  if (entry.isFile()) await compress(join(entry.parentPath, entry.name))
}

/** Puts the compressed forms of a text beside it: made once here, they cost the server nothing. */
async function compress(path) {
  if (!['.html', '.css', '.js', '.svg'].includes(extname(path))) return
  const bytes = await readFile(path)
  const params = { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT }
  const forms = { br: brotliCompressSync(bytes, { params }), gz: gzipSync(bytes, { level: 9 }) }
  for (const [extension, form] of Object.entries(forms)) {
    if (form.length < bytes.length) await writeFile(`${path}.${extension}`, form)
  }
}
