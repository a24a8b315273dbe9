/** The tables of what a thousand passes cost, as `docs/strength.md` has them. */
import { whole } from '../../bench/table.ts'
import { percent } from '../finding.ts'
import type { Priced } from './priced.ts'
import type { TrySeconds } from './speeds.ts'
import type { Stock } from './stock.ts'

/** What others ask for, with the CPU seconds of a thousand passes. */
export type PricedStock = Stock & { cpuSeconds: number }

/** A table in Markdown, as lines. */
function table(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [columns, columns.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`)
}

/** Two digits that count, without powers of ten. */
const figure = (n: number) => (n >= 100 ? whole(Number(n.toPrecision(2))) : String(Number(n.toPrecision(2))))

/** A time as people say it. */
function span(seconds: number): string {
  if (seconds < 90) return `${figure(seconds)} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${figure(seconds / 3600)} h`
}

const times = (n: number) => (n < 1e-6 ? `${figure(1e9 * n)} ns` : `${figure(1e3 * n)} ms`)

export const speedTable = (speeds: readonly TrySeconds[]): string[] =>
  table(
    ['one try', 'published', 'on this machine, one core'],
    speeds.map(({ style, here, published }) => [`\`${style}\``, times(published), times(here)]),
  )

const byOf = ({ kind, attack, share }: Priced) =>
  kind === 'work' ? kind : `${kind} (${attack}, ${percent(share)})`

/** `centsOf` gives the price of CPU seconds. */
export const workTable = (routes: readonly Priced[], centsOf: (cpuSeconds: number) => number): string[] =>
  table(
    ['client', 'rung', 'by', 'CPU s', 'cents', 'requests', 'networks, an hour', 'a day', 'wall time'],
    routes.map(route => [
      route.client,
      String(route.rung),
      byOf(route),
      figure(route.cpuSeconds),
      figure(centsOf(route.cpuSeconds)),
      whole(route.requests),
      whole(route.networks.hour),
      whole(route.networks.day),
      span(route.wallSeconds),
    ]),
  )

export const plainTable = (routes: readonly Priced[]): string[] =>
  table(
    ['client', 'rung', 'by', 'CPU s', 'requests', 'networks, an hour', 'a day', 'a whole /24 needs'],
    routes.map(route => [
      route.client,
      String(route.rung),
      byOf(route),
      figure(route.cpuSeconds),
      whole(route.requests),
      whole(route.networks.hour),
      whole(route.networks.day),
      span(route.wallSeconds),
    ]),
  )

export const stockTable = (
  stock: readonly PricedStock[],
  centsOf: (cpuSeconds: number) => number,
): string[] =>
  table(
    ['stock default', 'CPU s', 'cents', 'requests', 'from'],
    stock.map(({ name, cpuSeconds, requests, source }) => [
      name,
      figure(cpuSeconds),
      figure(centsOf(cpuSeconds)),
      whole(1000 * requests),
      source,
    ]),
  )
