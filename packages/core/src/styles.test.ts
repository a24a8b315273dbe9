import { describe, expect, it } from 'vitest'
import { LANGUAGES } from './speech/index.ts'
import {
  codeStyleNamed,
  codeStyles,
  formerStyles,
  type Style,
  styleNamed,
  styleNumbered,
  styles,
} from './styles.ts'

const numbersOf = (listed: readonly Style[]) =>
  Object.fromEntries(listed.map(({ number, name }) => [number, name]))

describe('the styles', () => {
  it('are the sixteen of CaptchEtat', () => {
    const names = [
      'captcha',
      'numerique6_7Captcha',
      'alphabetique6_7Captcha',
      'alphanumerique12Captcha',
      'alphabetique12Captcha',
      'numerique12Captcha',
      'alphanumerique6to9LightCaptcha',
      'alphanumerique4to6LightCaptcha',
    ]
    expect(codeStyles.map(style => style.name).sort()).toEqual(
      names.flatMap(n => [`${n}EN`, `${n}FR`]).sort(),
    )
  })

  it('have the numbers that are sealed into ids, each for ever', () => {
    expect(numbersOf([...formerStyles, ...styles])).toEqual({
      1: 'captchaFR',
      2: 'captchaEN',
      3: 'numerique6_7CaptchaFR',
      4: 'numerique6_7CaptchaEN',
      5: 'alphabetique6_7CaptchaFR',
      6: 'alphabetique6_7CaptchaEN',
      7: 'alphanumerique12CaptchaFR',
      8: 'alphanumerique12CaptchaEN',
      9: 'alphabetique12CaptchaFR',
      10: 'alphabetique12CaptchaEN',
      11: 'numerique12CaptchaFR',
      12: 'numerique12CaptchaEN',
      13: 'alphanumerique6to9LightCaptchaFR',
      14: 'alphanumerique6to9LightCaptchaEN',
      15: 'alphanumerique4to6LightCaptchaFR',
      16: 'alphanumerique4to6LightCaptchaEN',
      32: 'rotate',
      33: 'numberFR',
      34: 'numberEN',
      35: 'numberCS',
      36: 'numberDE',
      37: 'numberES',
      38: 'numberIT',
      64: 'sha256',
      65: 'pbkdf2',
      66: 'scrypt4',
      67: 'scrypt8',
      68: 'scrypt16',
      96: 'read',
      97: 'turn',
      98: 'hearFR',
      99: 'hearEN',
      100: 'hearCS',
      101: 'hearDE',
      102: 'hearES',
      103: 'hearIT',
      112: 'captchaFR',
      113: 'captchaEN',
      114: 'numerique6_7CaptchaFR',
      115: 'numerique6_7CaptchaEN',
      116: 'alphabetique6_7CaptchaFR',
      117: 'alphabetique6_7CaptchaEN',
      118: 'alphanumerique12CaptchaFR',
      119: 'alphanumerique12CaptchaEN',
      120: 'alphabetique12CaptchaFR',
      121: 'alphabetique12CaptchaEN',
      122: 'numerique12CaptchaFR',
      123: 'numerique12CaptchaEN',
      124: 'alphanumerique6to9LightCaptchaFR',
      125: 'alphanumerique6to9LightCaptchaEN',
      126: 'alphanumerique4to6LightCaptchaFR',
      127: 'alphanumerique4to6LightCaptchaEN',
      128: 'rotate',
      129: 'numberFR',
      130: 'numberEN',
      131: 'numberCS',
      132: 'numberDE',
      133: 'numberES',
      134: 'numberIT',
    })
  })

  it('are issued under numbers whose ids hold a level, and open under those before', () => {
    for (const { number } of styles) expect(number).toBeGreaterThanOrEqual(64)
    for (const { number, name, ...rest } of formerStyles) {
      expect(number).toBeLessThan(64)
      expect(styleNamed(name)).toMatchObject({ name, ...rest })
      expect(styleNumbered(number)).toMatchObject({ number, name, ...rest })
    }
  })

  it('have a number to hear in every language that is spoken', () => {
    for (const language of LANGUAGES) {
      const style = styleNamed(`number${language.toUpperCase()}`)
      expect(style).toMatchObject({ kind: 'number', settings: { language } })
    }
  })

  it('have the settings of their kind, or do not compile', () => {
    // @ts-expect-error: these are the settings of another kind
    const wrong: Style = { number: 200, name: 'wrong', kind: 'rotate', settings: { language: 'fr' } }
    expect(styleNumbered(wrong.number)).toBeUndefined()
  })

  it('are found by name and by number, each number once', () => {
    for (const style of styles) {
      expect(styleNamed(style.name)).toBe(style)
      expect(styleNumbered(style.number)).toBe(style)
      expect(codeStyleNamed(style.name)).toBe(codeStyles.find(each => each === style))
    }
    expect(new Set([...styles, ...formerStyles].map(({ number }) => number)).size).toBe(
      styles.length + formerStyles.length,
    )
    expect(styleNamed('captchafr')).toBeUndefined()
    expect(styleNamed('__proto__')).toBeUndefined()
    expect(styleNumbered(0)).toBeUndefined()
  })

  const holdNoTwoOf = (groups: string[], language?: string) => {
    for (const { settings } of codeStyles.filter(
      style => !language || style.settings.language === language,
    )) {
      for (const group of groups) {
        expect([...group].filter(c => settings.alphabet.includes(c)).length).toBeLessThan(2)
      }
    }
  }

  it('hold no character twice, and no two that look alike', () => {
    for (const { settings } of codeStyles)
      expect(new Set(settings.alphabet).size).toBe(settings.alphabet.length)
    holdNoTwoOf(['0OQD', '1IL', 'JT', 'JL', 'KX', 'KY', '7T', '2Z', '5S', '6G', '8B', 'UV'])
  })

  it('hold no 4 beside an A, but for Light ones', () => {
    for (const { settings } of codeStyles) {
      const both = ['A', '4'].every(character => settings.alphabet.includes(character))
      expect(both).toBe(settings.level === 'light')
    }
  })

  it('hold no two that sound alike in their language', () => {
    holdNoTwoOf(['MN', 'FS', 'BCDGPTV'])
    holdNoTwoOf(['X6', 'E2', 'LR', 'MR'], 'fr')
    holdNoTwoOf(['A8', 'U2', 'T3', 'FX'], 'en')
  })
})
