import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { testApp } from '../testing/app.ts'

const read = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8')
const NAME = /\b(?:upright|process|nodejs)_[a-z0-9_]+/g
/** Labels that Prometheus itself gives, and those of histograms. */
const PROMETHEUS_LABELS = ['instance', 'le']

interface Panel {
  type: string
  targets?: { expr: string }[]
}

/** Every name of the metrics there are, with those that a histogram stands for, and the labels of ours. */
async function known() {
  const test = await testApp({ quota: 2 }, { metrics: { host: '127.0.0.1', port: 0 } })
  const { metrics } = test.service
  metrics!.limited(1, 'd', 'load')
  metrics!.checked(1, 'd', 'passed')
  metrics!.issued(1, 'd', 'text')
  metrics!.shown(1, 'd', 'sound')
  metrics!.answered('d', '/', 200, 1)
  metrics!.called('ledger', 'claim', 1, true)
  metrics!.refusedConnection('total')
  metrics!.decided(1, 'd', { rung: 0, reasons: [], computed: { rung: 1, reasons: ['outcomes'] } })
  test.service.ladder.checked(test.site)
  const rendered = await metrics!.render()
  await test.close()
  const families = [...rendered.matchAll(/^# TYPE (\S+) (\S+)$/gm)]
  const names = families.flatMap(([, name, type]) =>
    type === 'histogram' ? ['_bucket', '_sum', '_count'].map(end => `${name}${end}`) : [name!],
  )
  const labels = [...rendered.matchAll(/^upright_[^{]+\{(.*)\}/gm)].flatMap(([, list]) =>
    [...list!.matchAll(/(\w+)="/g)].map(([, label]) => label!),
  )
  return {
    families: families.map(([, name]) => name!),
    names,
    labels: new Set([...labels, ...PROMETHEUS_LABELS]),
  }
}

/** The labels that an expression names: in braces and after `by`. */
const labelsOf = (expression: string) => [
  ...[...expression.matchAll(/(\w+)=~?"/g)].map(([, label]) => label!),
  ...[...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) => list!.split(', ')),
]

describe('the dashboard', () => {
  it('shows metrics and labels that there are, and every one of ours', async () => {
    const dashboard = JSON.parse(read('deploy/grafana/upright.json')) as { panels: Panel[] }
    const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
    const { families, names, labels } = await known()
    expect(expressions.length).toBeGreaterThan(20)
    const shown = expressions.flatMap(expression => expression.match(NAME) ?? [])
    for (const name of shown) expect(names).toContain(name)
    for (const label of expressions.flatMap(labelsOf)) expect(labels).toContain(label)
    for (const name of families.filter(name => name.startsWith('upright_')))
      expect(shown.some(used => used.startsWith(name))).toBe(true)
  })
})

describe('docs/monitoring.md', () => {
  it('lists every metric of ours with its labels, and alerts on those that there are', async () => {
    const docs = read('docs/monitoring.md')
    const { families, names } = await known()
    const rows = new Map(
      [...docs.matchAll(/^\| `(upright_\w+)` \| (.*?) \|/gm)].map(([, name, labels]) => [name!, labels]),
    )
    expect([...rows.keys()].sort()).toEqual(families.filter(name => name.startsWith('upright_')).sort())
    for (const name of docs.match(NAME) ?? []) expect([...families, ...names]).toContain(name)
  })
})
