import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyedStream } from '../random.ts'
import { LANGUAGES, voicesOf } from './assets.ts'
import { type SpeechOptions, speakCode } from './speak.ts'
import { type SpeechCaptchaOptions, speechCaptcha } from './speech-captcha.ts'

const CHARACTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789']
const hash = (data: string | Uint8Array) => createHash('sha256').update(data)
const stream = (seed: string | number) => keyedStream(hash(`${seed}`).digest())
const speak = (code: string, options: SpeechOptions, seed: string | number) =>
  speakCode(code, options, stream(seed))
const fr: SpeechOptions = { language: 'fr' }

/** What a WAV file says about itself, and its samples. */
function read(wav: Uint8Array) {
  const file = Buffer.from(wav)
  const [data, size] = [file.toString('latin1', 36, 40), file.readUInt32LE(40)]
  const samples = Array.from({ length: size / 2 }, (_, i) => file.readInt16LE(44 + 2 * i))
  const peak = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return { file, data, size, samples, peak, seconds: samples.length / 16_000 }
}

describe('a sound', () => {
  // Frozen: a change here changes what every issued id says, and clusters of mixed versions would disagree.
  it.each<[string, SpeechOptions, string]>([
    ['K7MX2A', { language: 'fr' }, 'b9bb0605150a537d'],
    ['4096', { language: 'en', snr: 20 }, '20d569512d29a594'],
    ['BD', { language: 'cs', spelling: true }, '1e36e1aaa51df2d3'],
  ])('of %s with %j is the same on every machine', (code, options, frozen) => {
    expect(
      hash(speak(code, options, 'frozen'))
        .digest('hex')
        .slice(0, 16),
    ).toBe(frozen)
  })

  it('is PCM of 16 bits, mono, 16 kHz, that ends with a credit', () => {
    const { file, data, size } = read(speak('K7MX2A', fr, 1))
    expect(file.toString('latin1', 0, 4)).toBe('RIFF')
    expect(file.readUInt32LE(4)).toBe(file.length - 8)
    expect(file.toString('latin1', 8, 16)).toBe('WAVEfmt ')
    expect([file.readUInt32LE(16), file.readUInt16LE(20), file.readUInt16LE(22)]).toEqual([16, 1, 1])
    expect([file.readUInt32LE(24), file.readUInt32LE(28)]).toEqual([16_000, 32_000])
    expect([file.readUInt16LE(32), file.readUInt16LE(34), data]).toEqual([2, 16, 'data'])
    const note = file.subarray(44 + size)
    expect(note.toString('latin1', 0, 4)).toBe('LIST')
    expect(note.readUInt32LE(4)).toBe(note.length - 8)
    expect(note.toString('utf8', 20, 20 + note.readUInt32LE(16) - 1)).toBe(voicesOf('fr').credit)
  })

  it('lasts three to nine seconds, or one a character, and peaks at −1 dBFS, for every code of a style', () => {
    const codes = fc.string({ unit: fc.constantFrom(...CHARACTERS), minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(codes, fc.constantFrom(...LANGUAGES), fc.nat(), (code, language, seed) => {
        const { seconds, peak } = read(speak(code, { language }, seed))
        expect(seconds).toBeGreaterThanOrEqual(3)
        expect(seconds).toBeLessThan(Math.max(9, code.length) + 0.01)
        expect(peak).toBe(29_203)
      }),
      { seed: 3, numRuns: 60 },
    )
  })

  it('of a long code leaves time to type along: about a second a character, and never the same length', () => {
    const lengths = Array.from(
      { length: 12 },
      (_, seed) =>
        read(speak('K7MX2A94WQ3B', { language: LANGUAGES[seed % LANGUAGES.length]! }, seed)).seconds,
    )
    const mean = lengths.reduce((total, value) => total + value, 0) / lengths.length
    expect(mean / 12).toBeGreaterThan(0.85)
    expect(mean / 12).toBeLessThan(1.01)
    expect(new Set(lengths.map(value => value.toFixed(1))).size).toBeGreaterThan(3)
  })

  it('does not depend on what was said before', () => {
    const first = speak('K7MX2A', fr, 1)
    speak('WWWWWWWWWWWWWWWW', { language: 'en', spelling: true }, 2)
    expect(hash(speak('K7MX2A', fr, 1)).digest('hex')).toBe(hash(first).digest('hex'))
  })

  it('differs from stream to stream, and from code to code', () => {
    const seen = new Set(Array.from({ length: 20 }, (_, i) => hash(speak('K7MX2A', fr, i)).digest('hex')))
    expect(seen.size).toBe(20)
    expect(speak('K7MX2B', fr, 1)).not.toEqual(speak('K7MX2A', fr, 1))
  })

  it('has as much in the background as it is told', () => {
    // The pause between the lead-in and the code, and the edges, hold background alone.
    const before = (snr: number) => {
      const { samples } = read(speak('888888', { language: 'en', snr }, 5))
      const part = samples.slice(800, 4000)
      const all = samples.reduce((sum, value) => sum + value * value, 0) / samples.length
      return Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / part.length / all)
    }
    expect(before(0) / before(12)).toBeGreaterThan(1.5)
    expect(before(12) / before(30)).toBeGreaterThan(2)
  })

  it('spells letters with a word when it is told, and never digits', () => {
    const seconds = (code: string, spelling: boolean) =>
      read(speak(code, { language: 'fr', spelling }, 9)).seconds
    expect(seconds('LMR', true)).toBeGreaterThan(seconds('LMR', false) + 1.5)
    expect(Math.abs(seconds('345', true) - seconds('345', false))).toBeLessThan(0.5)
  })

  it.each(['', 'a', 'É', '7 7', '7-7', '🐈', 'A'.repeat(17)])('of %j is refused', code => {
    expect(() => speak(code, fr, 1)).toThrow(expect.objectContaining({ code: 'bad_code' }))
  })

  it.each<[Partial<SpeechOptions>]>([
    [{ language: 'xx' as 'fr' }],
    [{ snr: -1 }],
    [{ snr: 41 }],
    [{ snr: Number.NaN }],
    [{ rate: 2 } as Partial<SpeechOptions>],
  ])('with %j is refused', options => {
    expect(() => speak('A', { ...fr, ...options }, 1)).toThrow(
      expect.objectContaining({ code: 'bad_option' }),
    )
  })
})

describe('speechCaptcha', () => {
  it('gives a code of digits and its sound in one call', () => {
    const { answer, wav, dataUrl } = speechCaptcha({ language: 'en' })
    expect(answer).toMatch(/^[0-9]{6}$/)
    expect(dataUrl).toBe(`data:audio/x-wav;base64,${Buffer.from(wav).toString('base64')}`)
    expect(speechCaptcha({ language: 'en' }).wav).not.toEqual(wav)
  })

  it('takes an answer, or a length and an alphabet, and a seed', () => {
    const seed = new Uint8Array(32)
    expect(speechCaptcha({ language: 'de', answer: 'HALLO' }).answer).toBe('HALLO')
    expect(speechCaptcha({ language: 'it', length: [3, 3], alphabet: 'XY', seed }).answer).toMatch(
      /^[XY]{3}$/,
    )
    expect(speechCaptcha({ language: 'es', seed })).toEqual(speechCaptcha({ language: 'es', seed }))
  })

  it.each(['fr', 'FR', 'fr-FR', 'fr-ca', 'fr_BE', 'fr-Latn-FR'])('takes the language tag %s', language => {
    const seed = new Uint8Array(32)
    expect(speechCaptcha({ language, seed, length: 1 })).toEqual(
      speechCaptcha({ language: 'fr', seed, length: 1 }),
    )
  })

  it.each([
    [undefined, 'language is missing; it is one of fr, en, cs, de, es, it, with or without a region'],
    [{}, 'language is missing;'],
    [{ language: 'xx' }, 'language is "xx";'],
    [{ language: 'français' }, 'language is "français";'],
    [{ language: 5 }, 'language is 5;'],
    [{ language: 'en', snr: 41 }, 'snr is 41; it is a number from 0 to 40'],
    [{ language: 'en', snr: Number.NaN }, 'snr is NaN;'],
    [{ language: 'en', spelling: 'yes' }, 'spelling is "yes"; it is true or false'],
    [{ language: 'en', rate: 2 }, 'there is no option "rate"; there are answer, length,'],
    [{ language: 'es', seed: new Uint8Array(31) }, 'seed is 31 bytes;'],
    [{ language: 'es', answer: 'ñ' }, 'answer is "ñ"; it is 1 to 16 characters of A-Z and 0-9'],
  ])('refuses %j', (options, message) => {
    expect(() => speechCaptcha(options as SpeechCaptchaOptions)).toThrow(
      expect.objectContaining({ code: 'bad_option', message: expect.stringContaining(message) }),
    )
  })

  it('takes small letters', () => {
    expect(speechCaptcha({ language: 'en', answer: 'ab' }).answer).toBe('AB')
  })
})
