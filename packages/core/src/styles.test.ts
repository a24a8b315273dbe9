import { describe, expect, it } from 'vitest'
import { kinds, styleNamed, styleNumbered, styles } from './styles.ts'
import { kindContract } from './testing/kind.ts'

kindContract('text', kinds.text, styleNamed('captchaFR')!.settings)

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
    expect(styles.map(style => style.name).sort()).toEqual(names.flatMap(n => [`${n}EN`, `${n}FR`]).sort())
  })

  it('are found by name and by number, each number once', () => {
    for (const style of styles) {
      expect(styleNamed(style.name)).toBe(style)
      expect(styleNumbered(style.number)).toBe(style)
    }
    expect(styleNamed('captchafr')).toBeUndefined()
    expect(styleNamed('__proto__')).toBeUndefined()
    expect(styleNumbered(0)).toBeUndefined()
  })

  it('hold no two characters that look or sound alike', () => {
    const alike = [
      '0OQD',
      '1IL',
      'JT',
      'JL',
      'KX',
      'KY',
      '7T',
      '2Z',
      '5S',
      '6G',
      '8B',
      'UV',
      'MN',
      'FS',
      'BCDGPTV',
    ]
    for (const { settings } of styles) {
      for (const group of alike) {
        expect([...group].filter(c => settings.alphabet.includes(c)).length).toBeLessThan(2)
      }
      expect(new Set(settings.alphabet).size).toBe(settings.alphabet.length)
    }
  })
})
