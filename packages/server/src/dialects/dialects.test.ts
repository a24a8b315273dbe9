import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type DialectUnderTest, dialectContract } from '../testing/dialect-contract.ts'
import { dialects } from './index.ts'

describe('the list of dialects', () => {
  it('has every folder, and each name once', () => {
    const folders = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(({ name }) => name)
    const named = new Set(dialects.map(({ name, folder = name }) => folder))
    expect([...named].sort()).toEqual(folders.sort())
    expect(new Set(dialects.map(({ name }) => name)).size).toBe(dialects.length)
  })

  it('has no path that two dialects register', () => {
    const paths = dialects.flatMap(({ document }) => Object.keys(document.paths))
    expect(paths.length).toBeGreaterThan(20)
    expect(new Set(paths).size).toBe(paths.length)
  })
})

for (const dialect of dialects) {
  const { underTest, underTestOf } = (await import(`./${dialect.folder ?? dialect.name}/testing.ts`)) as {
    underTest: DialectUnderTest
    underTestOf?: (name: string) => DialectUnderTest
  }
  dialectContract(dialect, underTestOf?.(dialect.name) ?? underTest)
}
