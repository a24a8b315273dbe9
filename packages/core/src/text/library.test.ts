import { describe, expect, it } from 'vitest'
import { textCaptcha } from './library.ts'
import { THEMES } from './themes.ts'

describe('textCaptcha', () => {
  it('gives a code and its picture in one call', () => {
    const { answer, png, dataUrl } = textCaptcha()
    expect(answer).toMatch(/^[ACEFHLMRTUWXY23589]{6}$/)
    expect(Buffer.from(png).readUInt32BE(16)).toBe(200)
    expect(dataUrl).toBe(`data:image/png;base64,${Buffer.from(png).toString('base64')}`)
    expect(textCaptcha().dataUrl).not.toBe(dataUrl)
  })

  it('draws what it is told', () => {
    const { answer, png } = textCaptcha({
      answer: 'HELLO42',
      width: 300,
      height: 100,
      scale: 2,
      theme: 'night',
    })
    expect(answer).toBe('HELLO42')
    expect([Buffer.from(png).readUInt32BE(16), Buffer.from(png).readUInt32BE(20)]).toEqual([600, 200])
    expect(textCaptcha({ length: [4, 5], alphabet: 'XY' }).answer).toMatch(/^[XY]{4,5}$/)
  })

  it('gives the same from the same seed', () => {
    const seed = new Uint8Array(32).fill(9)
    expect(textCaptcha({ seed })).toEqual(textCaptcha({ seed }))
  })

  it('knows every theme by its name', () => {
    for (const { name } of THEMES) expect(textCaptcha({ theme: name }).png.length).toBeGreaterThan(500)
  })

  it.each([
    [{ answer: 'no spaces' }, 'bad_code'],
    [{ answer: '' }, 'bad_code'],
    [{ alphabet: 'é' }, 'bad_code'],
    [{ length: 17 }, 'bad_code'],
    [{ length: 0 }, 'bad_style'],
    [{ alphabet: '' }, 'bad_style'],
    [{ theme: 'pink' }, 'bad_style'],
    [{ seed: new Uint8Array(5) }, 'bad_style'],
    [{ width: 10 }, 'bad_size'],
  ])('refuses %j', (options, code) => {
    expect(() => textCaptcha(options)).toThrow(expect.objectContaining({ code }))
  })
})
