import { describe, expect, it } from 'vitest'
import { type Finding, isMet, markdownOf, percent, rowOf } from './finding.ts'
import { strengthOf } from './strength.ts'

const finding: Finding = {
  attack: 'a reader',
  target: 'captchaFR',
  measure: 'codes',
  samples: 300,
  solved: 0.0233,
  aim: 0.01,
  seconds: 1.5,
}

it('shares are percentages, and tiny ones powers of ten', () => {
  expect([0, 0.0233, 1, 1e-4, 8.74e-6].map(percent)).toEqual([
    '0 %',
    '2.3 %',
    '100 %',
    '1.0 × 10^−4',
    '8.7 × 10^−6',
  ])
})

describe('a finding', () => {
  it('is a row of the table', () => {
    expect(rowOf(finding)).toEqual({
      what: 'captchaFR: a reader',
      figure: '2.3 % of 300 codes, 1.5 s',
      budget: '≤ 1 %',
      ok: false,
    })
  })

  it('has no mark where nothing is aimed at', () => {
    const { aim, ...rest } = finding
    expect(rowOf(rest)).not.toHaveProperty('ok')
    expect(rowOf(rest)).not.toHaveProperty('budget')
  })

  it('is judged by what must come of it before luck', () => {
    expect(isMet({ ...finding, expected: 0.001 })).toBe(true)
    expect(isMet({ ...finding, solved: 0.01 })).toBe(true)
    expect(isMet({ ...finding, solved: 0, expected: 0.02 })).toBe(false)
  })

  it('may be a correlation', () => {
    expect(rowOf({ ...finding, measure: 'correlation', aim: 0.23 }).figure).toBe(
      '0.02 correlation, 300 samples, 1.5 s',
    )
  })

  it('is a line of a page', () => {
    expect(markdownOf([{ ...finding, attack: 'a|b' }]).split('\n')).toEqual([
      '| target | attacker | solved | aim |',
      '| --- | --- | --- | --- |',
      '| captchaFR | a\\|b | 2.3 % of 300 codes | ≤ 1 % |',
      '',
    ])
  })
})

it('strength says what was attacked, on what, and what was left out', () => {
  const commit = { date: '2026-11-21', commit: 'abc1234' }
  const strength = strengthOf([finding], ['no reader: apt-get install reader'], commit)
  expect(JSON.parse(JSON.stringify(strength))).toEqual({
    ...commit,
    node: process.versions.node,
    cores: expect.any(Number),
    found: [finding],
    skipped: ['no reader: apt-get install reader'],
  })
  expect(strengthOf([], []).commit).toMatch(/^([0-9a-f]{7,}|unknown)$/)
})
