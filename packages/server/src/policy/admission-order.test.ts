import type { CaptchaError } from '@upright/core'
import type { FastifyReply } from 'fastify'
import { describe, expect, it } from 'vitest'
import type { Site } from '../registry/registry.ts'
import { DEFAULT_SETTINGS } from '../registry/settings.ts'
import type { Action } from './action.ts'
import { createAdmission } from './admission.ts'

const SITE: Site = {
  id: 7,
  name: 'Test',
  publicKey: '7'.repeat(30),
  secretHash: '0'.repeat(64),
  settings: { ...DEFAULT_SETTINGS, rate: 30, quota: 100 },
  created: 0,
  altchaKey: null,
}

/** An admission over a pressure, and limits and a quota that make everybody wait so long. */
function setUp(level = 0, waits = { limits: 0, quota: 0 }) {
  const asked: string[] = []
  const refused: string[] = []
  const admission = createAdmission({
    pressure: { level: () => level, stop: () => {} },
    limits: {
      take: (site, address, action, rate, { pressure, count } = {}) => {
        asked.push(`limits ${[site, address, action, rate, pressure, count].join(' ')}`)
        return waits.limits
      },
      failed: (...args) => void asked.push(`failed ${args.join(' ')}`),
      size: () => 0,
    },
    quota: {
      take: async (...args) => {
        asked.push(`quota ${args.join(' ')}`)
        return waits.quota
      },
    },
    onRefused: (site, why) => refused.push(`${site.id} ${why}`),
  })
  /** The error's code and how long to wait, or nothing when let in. */
  const enter = async (action: Action, address?: string) => {
    const headers: Record<string, string> = {}
    const reply = { header: (name: string, value: string) => Object.assign(headers, { [name]: value }) }
    try {
      await admission.enter({ site: SITE, action, address }, reply as unknown as FastifyReply)
      return undefined
    } catch (error) {
      return [(error as CaptchaError).code, headers['retry-after']]
    }
  }
  return { admission, enter, asked, refused }
}

describe('admission', () => {
  it('asks the limits first, for visitors alone, and the quota last', async () => {
    const { enter, asked, refused } = setUp(0.5)
    expect(await enter('issue', '192.0.2.7')).toBeUndefined()
    expect(await enter('show')).toBeUndefined()
    expect(await enter('other', '192.0.2.7')).toBeUndefined()
    expect(asked).toEqual([
      'limits 7 192.0.2.7 issue 30 0.5 1',
      'quota 7 100',
      'quota 7 100',
      'limits 7 192.0.2.7 other 30 0 1',
      'quota 7 100',
    ])
    expect(refused).toEqual([])
  })

  it('says how long to wait for a limit, and leaves the quota alone', async () => {
    const { enter, asked, refused } = setUp(0, { limits: 12, quota: 34 })
    expect(await enter('issue', '192.0.2.7')).toEqual(['rate_limited', '12'])
    expect(asked).toHaveLength(1)
    expect(await enter('issue')).toEqual(['quota_exceeded', '34'])
    expect(refused).toEqual(['7 issue', '7 quota'])
  })

  it.each([
    ['back ends', undefined, 5],
    ['visitors', '192.0.2.7', 10],
  ])('puts %s off from their own pressure on, before it asks anything', async (_, address, level) => {
    const below = setUp(level - 0.01)
    expect(await below.enter('show', address)).toBeUndefined()
    const { enter, asked, refused } = setUp(level)
    expect(await enter('show', address)).toEqual(['overloaded', undefined])
    expect([asked, refused]).toEqual([[], ['7 load']])
  })

  it('lets checks and what costs little in under any pressure, and checks past the quota', async () => {
    const { enter, asked } = setUp(100)
    expect(await enter('check', '192.0.2.7')).toBeUndefined()
    expect(await enter('check')).toBeUndefined()
    expect(await enter('other', '192.0.2.7')).toBeUndefined()
    expect(asked).toEqual([
      'limits 7 192.0.2.7 check 30 0 1',
      'limits 7 192.0.2.7 other 30 0 1',
      'quota 7 100',
    ])
  })

  it('takes note of wrong responses where the address is known', () => {
    const { admission, asked } = setUp()
    admission.failed(SITE, undefined)
    expect(asked).toEqual([])
    admission.failed(SITE, '192.0.2.7')
    expect(asked).toEqual(['failed 7 192.0.2.7 30'])
  })
})
