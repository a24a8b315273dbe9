import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type DialectUnderTest, dialectContract } from '../testing/dialect-contract.ts'
import { dialects } from './index.ts'

describe('the list of dialects', () => {
  it('names each folder once', () => {
    const folders = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(({ name }) => name)
    expect(dialects.map(({ name }) => name).sort()).toEqual(folders.sort())
  })

  it('has no path that two dialects register', () => {
    const paths = dialects.flatMap(({ document }) => Object.keys(document.paths))
    expect(paths.length).toBeGreaterThan(20)
    expect(new Set(paths).size).toBe(paths.length)
  })
})

for (const dialect of dialects) {
  const { underTest } = (await import(`./${dialect.name}/testing.ts`)) as { underTest: DialectUnderTest }
  dialectContract(dialect, underTest)
}
