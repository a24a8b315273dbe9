import { describe, expect, it } from 'vitest'
import { createOutageLog } from './outage-log.ts'

function setUp() {
  const clock = { time: 1_800_000_000_000 }
  const lines: string[] = []
  const tell = createOutageLog(
    line => lines.push(line),
    () => clock.time,
  )
  const outage = (policy: 'refuse' | 'accept', error: unknown = new Error('away')) =>
    tell({ site: 1, policy, error })
  return { clock, lines, outage }
}

describe('the log of an outage', () => {
  it('has a line at once, then one in ten seconds with what was decided since', () => {
    const { clock, lines, outage } = setUp()
    outage('refuse')
    for (let i = 0; i < 5; i++) outage('refuse')
    for (let i = 0; i < 3; i++) outage('accept')
    clock.time += 9_999
    outage('accept')
    expect(lines).toEqual([expect.stringContaining('1 requests refused and 0 decided without it')])
    clock.time += 1
    outage('refuse')
    expect(lines[1]).toContain('6 requests refused and 4 decided without it')
    clock.time += 10_000
    outage('accept')
    expect(lines[2]).toContain('0 requests refused and 1 decided without it')
    expect(lines).toHaveLength(3)
  })

  it('goes on when the clock was far ahead for a while', () => {
    const { clock, lines, outage } = setUp()
    clock.time += 3600_000
    outage('refuse')
    clock.time -= 3600_000
    outage('refuse')
    expect(lines).toHaveLength(2)
  })

  it('names what went wrong in the end', () => {
    const inner = new Error('connection lost')
    for (const [error, reason] of [
      [new Error('outer', { cause: new Error('middle', { cause: inner }) }), 'connection lost'],
      [inner, 'connection lost'],
      [new Error('outer', { cause: 'no error' }), 'outer'],
      ['text', 'text'],
      [null, 'null'],
    ] as const) {
      const { lines, outage } = setUp()
      outage('refuse', error)
      expect(lines[0]).toContain(`the ledger is out of reach (${reason}): `)
    }
  })
})
