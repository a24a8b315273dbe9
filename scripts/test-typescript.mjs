// Has Node import TypeScript: `node --import ./scripts/test-typescript.mjs`. Unlike tsx it leaves functions
// as they are, so that pages can be given them.
import { readFile } from 'node:fs/promises'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import { transform } from 'esbuild'

// Node runs the hooks in a thread of their own, where this file is read again.
if (isMainThread) register(import.meta.url)

/** Hook of Node's: the JavaScript of a module. */
export async function load(url, context, nextLoad) {
  const { pathname } = new URL(url)
  if (!pathname.endsWith('.ts')) return nextLoad(url, context)
  const file = fileURLToPath(url)
  const { code } = await transform(await readFile(file), {
    loader: 'ts',
    target: 'node20',
    sourcefile: file,
    sourcemap: 'inline',
    sourcesContent: false,
  })
  return { format: 'module', source: code, shortCircuit: true }
}
