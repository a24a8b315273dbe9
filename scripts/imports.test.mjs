// The import rules of the whole repository, read from the sources. A folder that is added later is covered as
// it is.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const CORE = 'packages/core/src/'
const SERVER = 'packages/server/src/'
const DIALECTS = `${SERVER}dialects/`
/** The one file of core that reads files: the voices. */
const CORE_READER = `${CORE}speech/assets.ts`
/** What a kind may import of core beside its own folder. */
const OPEN_TO_KINDS = ['random', 'code', 'code-choice', 'options', 'errors', 'kind', 'font'].map(
  name => `${CORE}${name}.ts`,
)

const files = readdirSync(join(root, 'packages'), { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
  .map(entry => posix.join(entry.parentPath.slice(root.length + 1).replaceAll('\\', '/'), entry.name))
  .filter(file => !/\/(node_modules|dist)\//.test(file))

/** Whether a file is there for tests alone. */
const isTest = file => /\.test\.ts$|testing\.ts$|\/testing\//.test(file)
/** Whether a file runs in browsers. */
const isWeb = file => /^packages\/(server\/web|widget|admin)\/|\/web\//.test(file)

/**
 * `import … from '…'`, `export … from '…'` and `import '…'` at the beginning of a line, and `import('…')`
 * anywhere.
 */
const IMPORT =
  /^(?:import|export)\s+(type\b)?\s*([\w$*{},\s]*?)\s*(?:\bfrom\s+)?'([^'\n]+)'|\bimport\(\s*'([^'\n]+)'\s*\)/gm

/**
 * Each import of a file: what it names, the file it resolves to when it is ours, and whether it takes types
 * only.
 */
function importsOf(file) {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(IMPORT)].map(([, type, names = '', statically, dynamically]) => {
    const name = statically ?? dynamically
    const listed = names
      .replaceAll(/[{}]/g, '')
      .split(',')
      .map(part => part.trim())
      .filter(Boolean)
    const typed = type !== undefined || (listed.length > 0 && listed.every(part => part.startsWith('type ')))
    return { from: file, name, typed, to: name.startsWith('.') ? posix.join(dirname(file), name) : undefined }
  })
}

const imports = files.flatMap(importsOf)
const sources = imports.filter(({ from }) => !isTest(from))
const show = ({ from, name }) => `${from} imports ${name}`
/** The imports that break a rule, one line each. */
const broken = (list, allowed) => list.filter(each => !allowed(each)).map(show)

/** Paths of a graph that lead back to where they begin, one for each node that closes one. */
function cyclesOf(edges) {
  const next = new Map()
  for (const [from, to] of edges) next.set(from, [...(next.get(from) ?? []), to])
  const cycles = []
  const done = new Set()
  const walk = (node, path) => {
    const at = path.indexOf(node)
    if (at !== -1) return cycles.push([...path.slice(at), node].join(' → '))
    if (done.has(node)) return
    for (const to of next.get(node) ?? []) walk(to, [...path, node])
    done.add(node)
  }
  for (const node of next.keys()) walk(node, [])
  return cycles
}

describe('imports', () => {
  it('are read: relative ones lead to files that exist', () => {
    expect(imports.length).toBeGreaterThan(500)
    expect(broken(imports, ({ to }) => to === undefined || existsSync(join(root, to)))).toEqual([])
  })

  it('make no cycle of files, types included', () => {
    expect(cyclesOf(sources.filter(({ to }) => to).map(({ from, to }) => [from, to]))).toEqual([])
  })

  it.each([CORE, SERVER])('make no cycle of folders in %s', base => {
    const folderOf = file => file.slice(base.length).split('/')[0]
    const edges = sources
      .filter(({ from, to }) => from.startsWith(base) && to?.startsWith(base) && !isWeb(from) && !isTest(to))
      .map(({ from, to }) => [folderOf(from), folderOf(to)])
      .filter(([from, to]) => from !== to)
    expect([...new Set(cyclesOf(edges))]).toEqual([])
  })

  it('of core take nothing of ours and do no I/O', () => {
    const core = sources.filter(({ from }) => from.startsWith(CORE) && from !== CORE_READER)
    const outside =
      /^@upright\/|^node:(fs|http|https|net|tls|dns|dgram|child_process|cluster|worker_threads|process)/
    expect(broken(core, ({ name, to }) => to?.startsWith(CORE) ?? !outside.test(name))).toEqual([])
  })

  it('of a kind take random numbers, codes, options, errors, the contract and its own folder', () => {
    const kinds = sources.filter(
      ({ from }) => /^packages\/core\/src\/[^/]+\//.test(from) && from !== CORE_READER,
    )
    const own = from => from.slice(0, from.indexOf('/', CORE.length) + 1)
    expect(
      broken(kinds, ({ from, name, to }) =>
        to ? to.startsWith(own(from)) || OPEN_TO_KINDS.includes(to) : name.startsWith('node:'),
      ),
    ).toEqual([])
  })

  it('of a dialect take nothing of another dialect', () => {
    // The contract and the list beside the folders belong to none of them.
    const dialectOf = file =>
      file?.startsWith(DIALECTS) ? /^([^/]+)\//.exec(file.slice(DIALECTS.length))?.[1] : undefined
    const between = imports.filter(({ from, to }) => dialectOf(from) && dialectOf(to))
    expect(between.length).toBeGreaterThan(50)
    expect(broken(between, ({ from, to }) => dialectOf(from) === dialectOf(to))).toEqual([])
  })

  it('of the server take core by its name, and of other packages nothing', () => {
    const server = imports.filter(({ from }) => from.startsWith(SERVER) && !isWeb(from))
    expect(broken(server, ({ to }) => !to || to.startsWith(SERVER))).toEqual([])
  })

  it('of what browsers run take types alone from elsewhere, and those from wire formats', () => {
    const web = sources.filter(({ from, to }) => isWeb(from) && !(to && (isWeb(to) || to.endsWith('.css'))))
    expect(broken(web, ({ typed, name }) => typed && name.endsWith('wire.ts'))).toEqual([])
  })

  it('of the widget take nothing of dialects and pages but wire formats: those take its parts', () => {
    const widget = sources.filter(({ from }) => from.startsWith('packages/widget/'))
    expect(
      broken(widget, ({ to }) => !to?.startsWith('packages/server/') || to.endsWith('/wire.ts')),
    ).toEqual([])
  })

  it('of wire formats are declared once: what browsers run declares none of their types again', () => {
    const declared = file =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/^(?:export )?(?:interface|type) (\w+)/gm)].map(
        ([, name]) => name,
      )
    const onTheWire = new Set(files.filter(file => file.endsWith('wire.ts')).flatMap(declared))
    expect(onTheWire.size).toBeGreaterThan(20)
    const again = files.filter(isWeb).flatMap(file =>
      declared(file)
        .filter(name => onTheWire.has(name))
        .map(name => `${file} declares ${name}`),
    )
    expect(again).toEqual([])
  })
})
