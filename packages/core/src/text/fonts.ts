import { CaptchaError } from '../errors.ts'
import { type Font, fonts } from './glyphs.ts'

/**
 * Characters that a font draws too much like another one, found by looking at every font's sheet. They are never
 * drawn in that font.
 */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  'alfa-slab-one': '47EFKX',
  arvo: 'KX',
  bangers: '34JX',
  bitter: 'J',
  'caveat-brush': '17Y',
  chewy: 'EJ',
  'comic-neue': 'J',
  'courier-prime': 'FKX',
  kalam: '9J',
  lora: 'X',
  'luckiest-guy': 'KT',
  merriweather: 'JKX',
  oswald: '4X',
  'patrick-hand': '47Z',
  'permanent-marker': '34679EHKPUX',
  'roboto-slab': 'K',
  'russo-one': 'CJP',
  'saira-stencil-one': '369AEFHJKMNRVWXZ',
  'space-mono': '0MNWX',
}

const usable = new Map<string, readonly Font[]>()

/** The fonts in which a character is told from every other. @throws CaptchaError `bad_code` */
export function fontsFor(character: string): readonly Font[] {
  let list = usable.get(character)
  if (!list) {
    if (!/^[A-Z0-9]$/.test(character)) throw new CaptchaError('bad_code', JSON.stringify(character))
    list = fonts().filter(({ name }) => !LOOK_ALIKES[name]?.includes(character))
    usable.set(character, list)
  }
  return list
}
