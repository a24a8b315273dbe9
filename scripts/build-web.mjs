// Bundles what browsers run into packages/server/public, which the server serves as it is: the pages of
// packages/server/web, the scripts of each dialect that has a web/ folder with a build.json, and the solver
// and the element of packages/widget.
import { createHash } from 'node:crypto'
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
 * `NAME.LANGUAGE.js`. Parts are modules that a script loads when it needs them.
 */
async function buildDialect(config) {
  const folder = dirname(config)
  const outdir = join(to, relative(dialects, dirname(folder)))
  const { entries, parts = [], charset } = JSON.parse(await readFile(config, 'utf8'))
  const files = entries.map(name => join(folder, name))
  const partFiles = parts.map(name => join(folder, name))
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
  await bundle(partFiles, { ...options, format: 'esm' })
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

/** The integrity value of some bytes, for the attribute of a script. */
const integrityOf = bytes => `sha384-${createHash('sha384').update(bytes).digest('base64')}`

/**
 * Bundles modules of the element, whose charset is UTF-8 wherever they are, into files that have 96 bits of
 * their hash in their names.
 */
async function buildModules(entryPoints, define = {}) {
  const options = {
    plugins: [cssInScripts],
    format: 'esm',
    charset: 'utf8',
    outdir: to,
    write: false,
    define,
  }
  const { outputFiles } = await build({ ...shared, ...options, entryPoints })
  await mkdir(join(to, 'element/files'), { recursive: true })
  return Promise.all(
    outputFiles.map(async ({ path, contents }) => {
      const name = basename(path, '.js')
      const integrity = integrityOf(contents)
      const [hash] = /(?<=^sha384-).{16}/.exec(integrity)
      const file = `files/${name}.${hash.replaceAll('+', '-').replaceAll('/', '_')}.js`
      await writeFile(join(to, 'element', file), contents)
      return { name, file, integrity }
    }),
  )
}

// The words of English are in the script itself, and the integrity values of the parts that it loads.
const languages = (await readdir(join(element, 'words'))).filter(name => name !== 'en.ts')
const parts = await buildModules({
  panels: join(element, 'panels.ts'),
  ...Object.fromEntries(
    languages.map(name => [`words.${basename(name, '.ts')}`, join(element, 'words', name)]),
  ),
})
const PARTS = JSON.stringify(Object.fromEntries(parts.map(({ name, integrity }) => [name, integrity])))
const [entry] = await buildModules({ upright: join(element, 'define.ts') }, { PARTS })
await cp(join(to, 'element', entry.file), join(to, 'element/upright.js'))

/** What is at `/upright/v1/integrity.json`: the addresses are relative to it. */
const listed = Object.fromEntries(
  [entry, ...parts].map(({ name, file, integrity }) => [`${name}.js`, { address: file, integrity }]),
)
for (const name of (await readdir(join(to, 'solver'))).filter(name => name.endsWith('.js'))) {
  listed[name] = { address: name, integrity: integrityOf(await readFile(join(to, 'solver', name))) }
}
await writeFile(join(to, 'element/integrity.json'), JSON.stringify(listed, null, 2))

for (const entry of await readdir(to, { withFileTypes: true, recursive: true })) {
  if (entry.isFile()) await compress(join(entry.parentPath, entry.name))
}

/** Puts the compressed forms of a text beside it: made once here, they cost the server nothing. */
async function compress(path) {
  if (!['.html', '.css', '.js', '.json', '.svg'].includes(extname(path))) return
  const bytes = await readFile(path)
  const params = { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT }
  const forms = { br: brotliCompressSync(bytes, { params }), gz: gzipSync(bytes, { level: 9 }) }
  for (const [extension, form] of Object.entries(forms)) {
    if (form.length < bytes.length) await writeFile(`${path}.${extension}`, form)
  }
}

await writeFile(join(to, 'element/words.json'), JSON.stringify(await readWords()))

/**
 * What the element says in all languages, which the service itself says where scripts do not run. It is sent
 * to nobody as it is.
 */
async function readWords() {
  const names = (await readdir(join(element, 'words'))).map(name => basename(name, '.ts'))
  const contents = names.map(name => `export { words as "${name}" } from './words/${name}.ts'`).join('\n')
  const { outputFiles } = await build({
    ...shared,
    format: 'esm',
    write: false,
    stdin: { contents, resolveDir: element },
  })
  const all = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
  )
  return Object.fromEntries(
    names.map(name => {
      const locale = new Intl.Locale(name)
      const { direction: dir } = locale.getTextInfo?.() ?? locale.textInfo
      return [name, { dir, words: all[name] }]
    }),
  )
}
