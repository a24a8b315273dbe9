import { describe, expect, it } from 'vitest'
import { cap } from '../../dialects/cap/index.ts'
import type { Dialect } from '../../dialects/dialect.ts'
import { rocaptcha } from '../../dialects/rocaptcha/index.ts'
import type { Site } from '../../registry/registry.ts'
import { DEFAULT_SETTINGS, type SiteSettings } from '../../registry/settings.ts'
import { cheapestWork } from './price.ts'

const site = (id: number, settings: Partial<SiteSettings> = {}) =>
  ({ id, settings: { ...DEFAULT_SETTINGS, ...settings } }) as Site
/** A dialect that asks for eight tries of scrypt. */
const slow: Dialect = {
  ...cap,
  name: 'slow',
  work: { slow: { styles: ['scrypt8'], default: { style: 'scrypt8', level: 6 } } },
}

describe('the cheapest work', () => {
  it('is that of the dialect that is on and asks for least, at the site where it does', () => {
    const all = [rocaptcha, slow, cap]
    expect(cheapestWork([site(1), site(2)], all)).toBe('cap at site 1, 524288 tries of sha256')
    expect(cheapestWork([site(1, { dialects: ['slow', 'rocaptcha'] })], all)).toBe(
      'slow at site 1, 8 tries of scrypt8',
    )
    const little = site(2, { work: { cap: { style: 'sha256', level: 17 } } })
    expect(cheapestWork([site(1), little], all)).toBe('cap at site 2, 363 tries of sha256')
    const much = site(1, { work: { cap: { style: 'sha256', level: 48 } } })
    expect(cheapestWork([much], all)).toBe('slow at site 1, 8 tries of scrypt8')
  })

  it('is none where no work is asked for', () => {
    expect(cheapestWork([site(1)], [rocaptcha])).toBeUndefined()
    expect(cheapestWork([site(1, { dialects: ['rocaptcha'] })], [rocaptcha, cap])).toBeUndefined()
    expect(cheapestWork([], [cap])).toBeUndefined()
  })
})
