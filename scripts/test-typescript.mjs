// Has Node import TypeScript: `node --import ./scripts/test-typescript.mjs`. Types become blanks, so that
// lines and columns of errors are those of the sources, and functions stay as they are, so that pages can be
// given them.
import { readFile } from 'node:fs/promises'
import { register } from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import { transform } from '@swc/wasm-typescript'

// Node runs the hooks in a thread of their own, where this file is read again.
if (isMainThread) register(import.meta.url)

/** How files become JavaScript, by their ending. Scripts for browsers import style sheets as text. */
const SOURCES = {
  '.ts': async text => (await transform(text, { mode: 'strip-only', module: true })).code,
  '.css': text => `export default ${JSON.stringify(text)}`,
}

/** Hook of Node's: the JavaScript of a module. */
export async function load(url, context, nextLoad) {
  const sourceOf = SOURCES[extname(new URL(url).pathname)]
  if (!sourceOf) return nextLoad(url, context)
  const source = await sourceOf(await readFile(fileURLToPath(url), 'utf8'))
  return { format: 'module', source, shortCircuit: true }
}
