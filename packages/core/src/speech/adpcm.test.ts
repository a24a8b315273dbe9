import { describe, expect, it } from 'vitest'
import { adpcmBytes, decodeAdpcm, encodeAdpcm } from './adpcm.ts'

const tone = (hertz: number, count: number) =>
  Int16Array.from({ length: count }, (_, i) => {
    const fade = Math.min(1, i / 200)
    return Math.round(fade * 12_000 * Math.sin((2 * Math.PI * hertz * i) / 16_000))
  })

describe('IMA ADPCM', () => {
  it.each([0, 1, 2, 999, 1000])('gives back %d samples from half as many bytes', count => {
    const bytes = encodeAdpcm(tone(300, count))
    expect(bytes.length).toBe(adpcmBytes(count))
    expect(decodeAdpcm(bytes, count).length).toBe(count)
  })

  it.each([100, 440, 1500])('keeps a tone of %d Hz within a fifteenth of its loudness', hertz => {
    const samples = tone(hertz, 8000)
    const back = decodeAdpcm(encodeAdpcm(samples), samples.length)
    const power = (values: Int16Array) => values.reduce((sum, value) => sum + value * value, 0)
    const difference = samples.map((value, i) => value - back[i]!)
    expect(Math.sqrt(power(difference) / power(samples))).toBeLessThan(0.066)
  })

  it('stays within 16 bits whatever it is given', () => {
    const square = Int16Array.from({ length: 4000 }, (_, i) => (i % 40 < 20 ? 32_767 : -32_768))
    const back = decodeAdpcm(encodeAdpcm(square), square.length)
    expect(back[3990]! * square[3990]!).toBeGreaterThan(0)
    const wild = Uint8Array.from({ length: 2000 }, (_, i) => (i % 2 ? 0x77 : 0xff))
    expect(decodeAdpcm(wild, 4000)).toHaveLength(4000)
  })
})
