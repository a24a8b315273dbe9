// Links in the documentation: every relative link has a file, and every `#heading` a heading in it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const SKIPPED = new Set(['node_modules', '.git', 'dist', 'data', 'shared'])

const pagesIn = folder =>
  readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    if (SKIPPED.has(entry.name)) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return pagesIn(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
/** The anchor that GitHub gives a heading. */
const anchorOf = heading =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
const anchorsOf = page =>
  [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading))

it('every link of a page leads to a file and a heading', () => {
  const pages = pagesIn(root)
  expect(pages.length).toBeGreaterThan(10)
  const broken = pages.flatMap(page =>
    [...readFileSync(page, 'utf8').matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
      .filter(([, path, anchor]) => {
        const target = path === '' ? page : join(dirname(page), path)
        return !existsSync(target) || (anchor && !anchorsOf(target).includes(anchor))
      })
      .map(([link]) => `${relative(root, page)}: ${link}`),
  )
  expect(broken).toEqual([])
})
