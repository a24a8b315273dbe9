import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WIDGET_LANGUAGES } from './language.ts'
import { MAX_VERDICT_BYTES, passed } from './thanks.ts'

const names = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '\0', '\u2028', 'Ž', '🐈', '👩‍👩‍👧‍👦', 'é', ' '),
    minLength: 1,
    maxLength: 200,
  }),
)

describe('thanks', () => {
  it('are as long as every client reads, and whole where they fit', () => {
    fc.assert(
      fc.property(names, fc.constantFrom(...WIDGET_LANGUAGES), (name, language) => {
        const answer = passed(name, language)
        const text = JSON.stringify(answer)
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_VERDICT_BYTES)
        expect(JSON.parse(text)).toEqual(answer)
        expect(answer.status).toBe('PASSED')
        if (Buffer.byteLength(JSON.stringify(name)) < 120) expect(answer.thanks).toContain(name)
        if (!answer.thanks?.includes(name) && answer.thanks !== undefined) {
          const [start] = answer.thanks.split('…')
          expect(name.startsWith(start!)).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('cut a name between two characters, never within one', () => {
    expect(passed('👩‍👩‍👧‍👦'.repeat(20), 'cs').thanks).toMatch(/^(👩‍👩‍👧‍👦)+… děkuje\.$/u)
    expect(passed(`${'A'.repeat(140)} B${'\u0301'.repeat(200)}`, 'en').thanks).toBe(
      `${'A'.repeat(140)}… says thank you.`,
    )
  })

  it('are left out where not one character fits', () => {
    expect(passed(`e${'\u0301'.repeat(300)}`, 'en')).toEqual({ status: 'PASSED' })
    expect(passed(`   e${'\u0301'.repeat(300)}`, 'en')).toEqual({ status: 'PASSED' })
  })
})
