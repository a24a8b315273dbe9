import { describe, expect, it } from 'vitest'
import { type TextCaptchaOptions, textCaptcha } from './text-captcha.ts'
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

  it('takes small letters', () => {
    expect(textCaptcha({ answer: 'hello' }).answer).toBe('HELLO')
    expect(textCaptcha({ alphabet: 'xy' }).answer).toMatch(/^[XY]{6}$/)
  })

  it('leaves characters out', () => {
    expect(textCaptcha({ ignoreCharacters: 'acefhlmrtuw', length: 16 }).answer).toMatch(/^[XY23589]{16}$/)
    expect(textCaptcha({ alphabet: 'ABC', ignoreCharacters: 'b!' }).answer).toMatch(/^[AC]{6}$/)
  })

  it('draws in colours of a caller', () => {
    const seed = new Uint8Array(32).fill(3)
    const colours = { ink: '#172554', paper: '#EEF2FB' }
    // The numbers of the theme.
    expect(textCaptcha({ seed, theme: colours })).toEqual(textCaptcha({ seed, theme: 'navy' }))
    const short = textCaptcha({ seed, theme: { ink: '#fff', paper: '#000' } })
    expect(short).toEqual(textCaptcha({ seed, theme: { ink: '#ffffff', paper: '#000000' } }))
  })

  it('refuses colours with too little contrast', () => {
    expect(() => textCaptcha({ theme: { ink: '#777', paper: '#fff' } })).toThrow(
      'An option is not understood: textCaptcha: theme has a contrast of 4.47 to 1 between #777 and #fff; it is at least 7.5 to 1',
    )
    expect(() => textCaptcha({ theme: { ink: '#888888', paper: '#888888' } })).toThrow('a contrast of 1 to 1')
  })

  it.each([
    [
      { size: 4 },
      'there is no option "size"; there are answer, length, alphabet, ignoreCharacters, seed, width,',
    ],
    [{ noise: 3 }, 'there is no option "noise"'],
    [{ level: 'hard' }, 'level is "hard"; it is one of standard, light'],
    [{ length: 0 }, 'length is 0; it is a whole number from 1 to 16, or [fewest, most]'],
    [{ length: 17 }, 'length is 17;'],
    [{ length: '6' }, 'length is "6";'],
    [{ length: [5, 4] }, 'length is [5,4];'],
    [{ length: [4] }, 'length is [4];'],
    [{ answer: 'no spaces' }, 'answer is "no spaces"; it is 1 to 16 characters of A-Z and 0-9'],
    [{ answer: '' }, 'answer is "";'],
    [{ answer: 5 }, 'answer is 5;'],
    [{ answer: 'x'.repeat(5000) }, `answer is "${'x'.repeat(39)}…;`],
    [{ alphabet: 'é' }, 'alphabet is "é"; it is two or more different characters of A-Z and 0-9'],
    [{ alphabet: 'A' }, 'alphabet is "A";'],
    [{ alphabet: 'aA' }, 'alphabet is "aA";'],
    [{ alphabet: '' }, 'alphabet is "";'],
    [{ alphabet: 'AB', ignoreCharacters: 'A' }, 'ignoreCharacters leaves fewer than two characters'],
    [{ ignoreCharacters: ['A'] }, 'ignoreCharacters is ["A"];'],
    [{ theme: 'pink' }, 'theme is "pink"; it is one of slate, navy,'],
    [{ theme: { ink: 'black', paper: '#fff' } }, 'or { ink, paper } with colours like #1f2937'],
    [{ theme: { ink: '#000' } }, 'theme is {"ink":"#000"};'],
    [{ theme: null }, 'theme is null;'],
    [{ seed: new Uint8Array(5) }, 'seed is 5 bytes; it is a Uint8Array of 32 bytes'],
    [{ seed: 'secret' }, 'seed is "secret";'],
    [{ width: 10 }, 'width is 10; it is a whole number from 60 to 1200'],
    [{ height: 70.5 }, 'height is 70.5; it is a whole number from 24 to 400'],
    [{ scale: 3 }, 'scale is 3; it is one of 1, 2'],
    ['ABC', 'its options are "ABC", not an object'],
    [null, 'its options are null, not an object'],
  ])('refuses %j', (options, message) => {
    expect(() => textCaptcha(options as TextCaptchaOptions)).toThrow(
      expect.objectContaining({ code: 'bad_option', message: expect.stringContaining(message) }),
    )
  })
})
