import { describe, expect, it } from 'vitest'
import { DEFAULT_SETTINGS, type SiteSettings } from '../../registry/settings.ts'
import { ladderFindings } from './ladder.ts'
import { workFindings } from './work.ts'

const site = (id: number, settings: Partial<SiteSettings> = {}) => ({
  id,
  name: 'a',
  publicKey: '',
  secretHash: '',
  created: 0,
  altchaKey: null,
  settings: { ...DEFAULT_SETTINGS, ...settings },
})
const found = (...sites: ReturnType<typeof site>[]) => workFindings(sites).map(({ found }) => found)

describe("what a site's passes cost", () => {
  it('is what the cheapest work costs that it is on for', () => {
    const altcha = { dialects: ['altcha'] }
    const first = 'altcha-v1 is the cheapest that is on, a thousand passes cost'
    expect(found(site(1, altcha), site(2, { dialects: ['rocaptcha'] }), site(3, altcha))).toEqual([
      `sites 1, 3: ${first} 0.16 s of a core at least`,
    ])
    const more = { 'altcha-v1': { style: 'sha256', level: 48 } }
    expect(found(site(1, { ...altcha, work: more }))).toEqual([
      'site 1: altcha-v2 is the cheapest that is on, a thousand passes cost 46 s of a core at least',
    ])
  })

  it('is what our own API asks for, in the dialects whose scripts it serves', () => {
    const work = { native: { style: 'sha256', level: 48 } }
    const [line] = found(site(1, { dialects: ['hcaptcha', 'captchetat'], work }))
    expect(line).toMatch(/^site 1: hcaptcha is the cheapest that is on, a thousand passes cost [\d.]+ s/)
    const [both] = found(site(2, { dialects: ['hcaptcha', 'cap'], work }))
    expect(both).toContain('cap is the cheapest that is on')
  })

  it('is said of as many sites as there are, and names a few', () => {
    const [line, ...others] = found(...Array.from({ length: 25 }, (_, i) => site(i + 1)))
    expect(others).toEqual([])
    expect(line).toMatch(/^sites 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 15 more: /)
  })
})

describe("a site's ladder", () => {
  it('is said to be in shadow, off, or without room between floor and ceiling', () => {
    const findings = ladderFindings([
      ...[site(1), site(2, { ladder: 'off' }), site(3, { ladder: 'shadow' }), site(4, { ladder: 'shadow' })],
      ...[site(5, { rung: 2, ceiling: 1 }), site(6, { rung: 3 }), site(7, { ceiling: 0 })],
    ])
    expect(findings.map(({ state, found }) => [state, found])).toEqual([
      ['ok', 'sites 1, 6: enforced, as far as floor and ceiling say'],
      ['ok', 'site 2: off, visitors are asked for the floor alone'],
      ['warn', 'sites 3, 4: in shadow, it counts and asks for the floor alone'],
      ['warn', 'sites 5, 7: enforced, but the ceiling is no higher than the floor: it changes nothing'],
    ])
    expect(findings.map(({ fix }) => fix !== undefined)).toEqual([false, false, true, true])
  })
})
