import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { LANGUAGES, type Language, voicesOf } from './assets.ts'
import { type Clip, decodeVoices, RATE } from './voices.ts'

const CHARACTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789']
const LETTERS = CHARACTERS.slice(0, 26)
const file = (language: Language) => readFileSync(new URL(`../../voices/${language}.voices`, import.meta.url))

/** Root mean square of a part of a clip. */
const loudness = ({ samples }: Clip, from = 0, to = samples.length) => {
  const part = samples.subarray(from, to)
  return Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / part.length)
}

describe('the voices', () => {
  it('take six megabytes at most', () => {
    expect(LANGUAGES.reduce((sum, language) => sum + file(language).length, 0)).toBeLessThanOrEqual(6_000_000)
  })

  it.each(LANGUAGES)('of %s are three at least, with every character, a lead-in and words', language => {
    const { voices, credit } = voicesOf(language)
    expect(voices.length).toBeGreaterThanOrEqual(3)
    expect(new Set(voices.map(({ name }) => name)).size).toBe(voices.length)
    expect(credit).toMatch(/^Voices: /)
    for (const { clips } of voices) {
      for (const character of CHARACTERS) expect(clips.has(character)).toBe(true)
      if (clips.has('as')) for (const letter of LETTERS) expect(clips.has(`as ${letter}`)).toBe(true)
    }
    expect(voices.filter(({ clips }) => clips.has('as')).length).toBeGreaterThanOrEqual(2)
    expect(voices.filter(({ clips }) => clips.has('lead')).length).toBeGreaterThanOrEqual(2)
  })

  it.each(LANGUAGES)('of %s have clips that are neither silent, cut nor clipped', language => {
    for (const { name, clips } of voicesOf(language).voices) {
      for (const [clip, sound] of clips) {
        const { samples } = sound
        const edge = RATE / 100
        const where = `${language} ${name} ${clip}`
        const peak = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
        expect(samples.length / RATE, where).toBeGreaterThan(0.12)
        expect(samples.length / RATE, where).toBeLessThan(clip === 'lead' ? 2 : 1.3)
        expect(peak, where).toBeGreaterThan(4000)
        expect(peak, where).toBeLessThan(32_000)
        expect(loudness(sound, 0, edge) / peak, where).toBeLessThan(0.35)
        expect(loudness(sound, samples.length - edge) / peak, where).toBeLessThan(0.06)
      }
    }
  })

  it.each(LANGUAGES)('of %s have pitch marks from end to end', language => {
    for (const { name, clips } of voicesOf(language).voices) {
      for (const [clip, { samples, marks, voiced }] of clips) {
        const where = `${language} ${name} ${clip}`
        expect(marks.length, where).toBe(voiced.length)
        expect(marks[0], where).toBeLessThan(400)
        expect(marks.at(-1), where).toBeGreaterThan(samples.length - 400)
        expect(marks.at(-1), where).toBeLessThan(samples.length)
        for (let i = 1; i < marks.length; i++) expect(marks[i]! - marks[i - 1]!, where).toBeGreaterThan(0)
      }
      // A vowel's name is nearly all voice.
      for (const vowel of 'AEO') {
        const { marks, voiced } = clips.get(vowel)!
        const sung = marks.reduce((sum, mark, i) => sum + (i > 0 && voiced[i] ? mark - marks[i - 1]! : 0), 0)
        expect(sung / marks.at(-1)!, `${language} ${name} ${vowel}`).toBeGreaterThan(0.3)
      }
    }
  })
})

describe('a voices file', () => {
  const good = file('fr')

  it.each<[string, (bytes: Buffer) => Uint8Array]>([
    ['empty', () => Buffer.alloc(0)],
    ['cut short', bytes => bytes.subarray(0, bytes.length - 1)],
    ['cut in its head', bytes => bytes.subarray(0, 11)],
    ['longer than it should be', bytes => Buffer.concat([bytes, Buffer.alloc(1)])],
    ['something else', () => readFileSync(new URL(import.meta.url))],
    ['with one bit changed', bytes => Buffer.from(bytes).fill(bytes[5000]! ^ 1, 5000, 5001)],
  ])('that is %s is refused', (_, damage) => {
    expect(() => decodeVoices(damage(good), 'voices/fr.voices')).toThrow(
      'A built-in asset is missing or corrupt: install the package again: voices/fr.voices is damaged',
    )
  })

  it('of an unknown language is not looked for', () => {
    for (const language of ['xx', '../fr', '__proto__', '']) {
      expect(() => voicesOf(language as Language)).toThrow(/no style of this name: language/)
    }
  })
})
