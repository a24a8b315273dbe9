import { describe, expect, it } from 'vitest'
import type { WorkChoice } from '../../packages/server/src/dialects/dialect.ts'
import { dialects } from '../../packages/server/src/dialects/index.ts'
import { priceOf } from '../../packages/server/src/policy/price.ts'
import { DEFAULT_SETTINGS } from '../../packages/server/src/registry/settings.ts'
import { needed, PASSES, paceOf } from './pace.ts'
import { cheaperRungs, cpuSecondsOf, fallenNetworks, type Recorded } from './priced.ts'
import { type Route, routesWithoutWork, routesWithWork } from './routes.ts'
import { plainTable } from './tables.ts'

const secondsOf = (style: string) => priceOf({ style, level: 0 })
const read = { attack: 'trained network', share: 0.96, seconds: 0.01 }
const work = { attack: 'work', share: 1, seconds: 0 }
const cheaper = (routes: Route[]) =>
  cheaperRungs(
    routes.map(route => ({
      ...route,
      cpuSeconds: cpuSecondsOf(route, route.kind === 'work' ? work : read, secondsOf),
    })),
  )
const sha256 = (level: number) => ({ style: 'sha256', level })

describe('rungs with work', () => {
  it('cost no less than the one before in every dialect', () => {
    const routes = routesWithWork(dialects)
    expect(new Set(routes.map(({ client }) => client)).size).toBe(6)
    expect(cheaper(routes)).toEqual([])
  })

  it('are named where no work is asked for any more, and not where none was before', () => {
    const busy = { client: 'a script', rung: 2, cpuSeconds: 20 } as const
    const attacked = { client: 'a script', rung: 3, cpuSeconds: 30 } as const
    expect(cheaperRungs([busy, attacked])).toEqual([])
    expect(cheaperRungs([busy])).toEqual(['a script: rung 3 takes 0.0 CPU s for 1000 passes, rung 2 20'])
  })

  it('are named where a dialect asks for less than on the rung before', () => {
    const cap: WorkChoice = {
      ...{ styles: ['sha256'], default: sha256(38) },
      rungs: [sha256(46), sha256(40), sha256(48)],
    }
    expect(cheaper(routesWithWork([{ work: { cap } }]))).toEqual([
      'Cap: rung 2 takes 10 CPU s for 1000 passes, rung 1 84',
    ])
  })

  it('are refused where nobody has said how a dialect is called', () => {
    const choice: WorkChoice = {
      ...{ styles: ['sha256'], default: sha256(38) },
      rungs: [sha256(46), sha256(47), sha256(48)],
    }
    expect(() => routesWithWork([{ work: { friendly: choice } }])).toThrow('clients of friendly call')
  })
})

describe('networks', () => {
  const plain = { rung: 3, calls: ['issue'], multiplied: ['issue'], counts: false } as const
  const settings = { ...DEFAULT_SETTINGS, rate: 16 }

  it('are as many as a limit makes them', () => {
    // A whole network has four times the rate of an address, of which each challenge takes eight.
    const whole = paceOf(plain, 1, { settings })
    expect(whole.seconds.filter(second => second === 0)).toHaveLength(8)
    expect(whole.seconds.filter(second => second <= 3600)).toHaveLength(488)
    expect(needed([whole], 'hour')).toEqual({ networks: 3, seconds: expect.closeTo(2445, -1) })
    expect(needed([whole], 'day').networks).toBe(1)
    const single = paceOf(plain, 1, { settings, addresses: 1 })
    expect(needed([single], 'hour').networks).toBe(9)
  })

  it('are more where answers are wrong, and where a wrong one is charged', () => {
    const rate = (share: number, counts: boolean) =>
      paceOf({ ...plain, calls: ['issue', 'check'], counts }, share, { settings }).seconds.at(-1)!
    expect(rate(0.5, false)).toBeGreaterThan(1.9 * rate(1, false))
    expect(rate(0.5, true)).toBeGreaterThan(rate(0.5, false))
  })

  it('are lifted where they answer, and pass with what others asked for a rung below', () => {
    const route = { rung: 0, work: sha256(38), calls: ['issue', 'check'], counts: true } as const
    const one = paceOf(route, 1)
    const apart = paceOf(route, 1, { apart: true })
    expect(needed([one], 'hour').networks).toBeGreaterThan(2)
    expect(needed([one, apart], 'hour')).toEqual({ networks: 2, seconds: expect.closeTo(820, -2) })
  })

  it('that fall below what was recorded are named, and others are not', () => {
    const recorded: Recorded[] = [
      { client: 'a form', rung: 3, kind: 'code', networks: { hour: 3, day: 1 }, wallSeconds: 2000 },
    ]
    const change = (change: Partial<Recorded>) => fallenNetworks([{ ...recorded[0]!, ...change }], recorded)
    expect(change({})).toEqual([])
    expect(change({ networks: { hour: 4, day: 2 }, wallSeconds: 2001 })).toEqual([])
    expect(change({ wallSeconds: 1950 })).toEqual([])
    expect(change({ wallSeconds: 1000 })).toHaveLength(1)
    expect(change({ rung: 2 })).toEqual(['a form, rung 3, code: recorded, and there is no such route'])
    expect(change({ networks: { hour: 2, day: 1 } })).toEqual([
      'a form, rung 3, code: 2 networks within an hour, 1 within a day, 2000 s of a whole one; recorded are 3 networks within an hour, 1 within a day, 2000 s of a whole one',
    ])
  })
})

it('a network gets fewer passes without work on rung 3 than on rung 0', () => {
  const [first] = routesWithoutWork()
  const [calm, attack] = ([0, 3] as const).map(rung => paceOf({ ...first!, rung }, 1).seconds[PASSES - 1]!)
  expect(attack).toBeGreaterThan(2 * calm!)
})

it('a table has times as people say them', () => {
  const route = { client: 'a form', rung: 3, kind: 'code', attack: 'matching', share: 0.985 } as const
  const figures = { cpuSeconds: 104.2, requests: 3045, networks: { hour: 3, day: 1 }, wallSeconds: 7200 }
  expect(plainTable([{ ...route, ...figures }]).at(-1)).toBe(
    '| a form | 3 | code (matching, 98.5 %) | 100 | 3,045 | 3 | 1 | 2 h |',
  )
})
