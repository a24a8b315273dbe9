// Bundles what browsers run into packages/server/public, which the server serves as it is: the pages of
// packages/server/web, the scripts of each dialect that has a web/ folder with a build.json, and the solver
// and the element of packages/widget.
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build, transform } from 'esbuild'

const server = fileURLToPath(new URL('../packages/server/', import.meta.url))
const pages = join(server, 'web/pages')
const dialects = join(server, 'src/dialects')
const widget = fileURLToPath(new URL('../packages/widget/src/', import.meta.url))
const solver = join(widget, 'solver')
const element = join(widget, 'element')
const to = join(server, 'public')

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

/** The `languages.ts` of a dialect's script, with one language of its `words/` folder alone. */
const onlyLanguage = language => ({
  name: 'one language',
  setup({ onLoad }) {
    onLoad({ filter: /\/languages\.ts$/ }, () => ({
      contents: `import { words } from './words/${language}.ts'; export const languages = { ${language}: words }`,
      loader: 'ts',
    }))
  },
})

/** Bundles scripts and style sheets; a script may import a style sheet as text. */
async function bundle(files, { plugins = [], ...options }) {
  for (const [ending, all] of [
    ['.ts', [cssInScripts, ...plugins]],
    ['.css', []],
  ]) {
    const entryPoints = files.filter(file => file.endsWith(ending))
    if (entryPoints.length > 0) await build({ ...shared, ...options, plugins: all, entryPoints })
  }
}

/**
 * A dialect's scripts are for pages of other sites, which load them as they please: nothing is global but
 * their module. They are in ASCII unless `build.json` says otherwise, for a page or a back end that passes
 * one on may do so in any charset. With a folder `words` each language has a script of its own,
 * `NAME.LANGUAGE.js`.
 */
async function buildDialect(config) {
  const folder = dirname(config)
  const outdir = join(to, relative(dialects, dirname(folder)))
  const { entries, charset } = JSON.parse(await readFile(config, 'utf8'))
  const files = entries.map(name => join(folder, name))
  const options = { outdir, format: 'iife', ...(charset && { charset }) }
  const words = await readdir(join(folder, 'words')).catch(() => undefined)
  if (words) {
    for (const language of words.map(name => basename(name, '.ts'))) {
      const plugins = [onlyLanguage(language)]
      await bundle(files, { ...options, plugins, entryNames: `[name].${language}` })
    }
  } else {
    await bundle(files, options)
  }
  for (const name of await readdir(folder)) {
    if (name.endsWith('.png')) await cp(join(folder, name), join(outdir, name))
  }
}

await rm(to, { recursive: true, force: true })
await mkdir(join(to, 'assets'), { recursive: true })

// Names stay the same from build to build: the server answers with an ETag, so a new version is noticed at
// once.
for (const name of await readdir(pages)) {
  const folder = join(pages, name)
  const [page] = (await readdir(folder)).filter(file => file.endsWith('.html'))
  await cp(join(folder, page), join(to, page))
  const entry = page === 'index.html' ? name : basename(page, '.html')
  await bundle([join(folder, `${entry}.ts`), join(folder, `${entry}.css`)], {
    outdir: join(to, 'assets'),
    format: 'esm',
  })
}
await cp(join(server, 'web/shared/mark.svg'), join(to, 'assets/mark.svg'))

for (const entry of await readdir(dialects, { withFileTypes: true, recursive: true })) {
  if (entry.name === 'build.json') await buildDialect(join(entry.parentPath, entry.name))
}

await build({
  ...shared,
  format: 'iife',
  outdir: join(to, 'solver'),
  entryPoints: {
    'solver-worker': join(solver, 'worker.ts'),
    'solver-scrypt': join(solver, 'scrypt-worker.ts'),
    'solver-frame': join(solver, 'frame.ts'),
  },
})
await cp(join(solver, 'frame.html'), join(to, 'solver/frame.html'))

// Modules: their charset is UTF-8 wherever they are. The words of English are in the script itself.
const languages = (await readdir(join(element, 'words'))).filter(name => name !== 'en.ts')
await build({
  ...shared,
  plugins: [cssInScripts],
  format: 'esm',
  charset: 'utf8',
  outdir: join(to, 'element'),
  entryPoints: Object.fromEntries([
    ['upright', join(element, 'define.ts')],
    ['panels', join(element, 'panels.ts')],
    ...languages.map(name => [`words.${basename(name, '.ts')}`, join(element, 'words', name)]),
  ]),
})

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
