import { expiryOf } from '@upright/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BOUNDS, changedSettings, DEFAULT_SETTINGS, type SiteSettings } from './settings.ts'

const START = 1_800_000_000
const [, MAX_EXPIRY_SECONDS] = BOUNDS.expiry
const change = (before: SiteSettings, seconds: number, expiry: number) =>
  changedSettings(before, { expiry }, seconds * 1000)

describe('settings that change', () => {
  it('remember a shorter expiry for what is issued until the change and a quarter of an hour after it', () => {
    const raised = change({ ...DEFAULT_SETTINGS, expiry: 60 }, START, 1800)
    expect(raised).toEqual({
      ...DEFAULT_SETTINGS,
      expiry: 1800,
      previousExpiries: [{ expiry: 60, until: START + 900 }],
    })
    expect([START - 9, START + 900, START + 901].map(issued => expiryOf(raised, issued))).toEqual([
      60, 60, 1800,
    ])
  })

  it('remember nothing of another change, of a longer expiry, or of what nobody can answer any more', () => {
    expect(changedSettings(DEFAULT_SETTINGS, { attempts: 3 }, START * 1000)).toEqual({
      ...DEFAULT_SETTINGS,
      attempts: 3,
    })
    expect(change(DEFAULT_SETTINGS, START, 60)).toEqual({ ...DEFAULT_SETTINGS, expiry: 60 })
    const raised = change(DEFAULT_SETTINGS, START, 1800)
    expect(change(raised, START + 900 + MAX_EXPIRY_SECONDS, 1800).previousExpiries).toHaveLength(1)
    expect(change(raised, START + 901 + MAX_EXPIRY_SECONDS, 1800).previousExpiries).toBeUndefined()
  })

  it('never give a challenge a longer life than it had, however often they change', () => {
    const changes = fc.array(fc.tuple(fc.nat(20_000), fc.integer({ min: 30, max: MAX_EXPIRY_SECONDS })), {
      maxLength: 40,
    })
    fc.assert(
      fc.property(changes, fc.nat(), (changes, seed) => {
        let [settings, time] = [DEFAULT_SETTINGS, START]
        const issued = START + (seed % 200_000)
        let life = Number.POSITIVE_INFINITY
        for (const [after, expiry] of changes) {
          // As it is just before the change, when it may be claimed.
          time += after
          const open = () => issued <= time && time - issued <= expiryOf(settings, issued)
          if (open()) {
            expect(expiryOf(settings, issued)).toBeLessThanOrEqual(life)
            life = expiryOf(settings, issued)
          }
          settings = change(settings, time, expiry)
          if (open()) expect(expiryOf(settings, issued)).toBeLessThanOrEqual(life)
          expect(settings.previousExpiries?.length ?? 0).toBeLessThanOrEqual(8)
        }
      }),
      { numRuns: 2000, seed: 7 },
    )
  })
})
