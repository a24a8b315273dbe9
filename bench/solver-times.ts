import { spawnSync } from 'node:child_process'
import { createHash, pbkdf2Sync, scryptSync } from 'node:crypto'
import { keyedStream } from '@upright/core'
import { rate } from './rate.ts'
import { type Row, whole } from './table.ts'

/** Work at a default: so many puzzles of so many expected tries each, by a solver of the bench. */
const DEFAULTS: [what: string, solver: string, puzzles: number, tries: number][] = [
  ['our own API, rung 0', 'altcha SHA-256, ours, SIMD', 16, 2 ** 15],
  ['our own API, rung 0, without WebAssembly', 'altcha SHA-256, ours, plain', 16, 2 ** 15],
  ['our own API, rung 1', 'scrypt 8 MiB, ours, SIMD', 1, 4],
  ['our own API, rung 2, waiting', 'scrypt 8 MiB, ours, SIMD', 1, 16],
  ['Cap, stock widget', 'cap, stock, WebAssembly', 8, 2 ** 16],
  ['ALTCHA v2, stock widget', 'altcha PBKDF2 5000, stock', 1, 2 ** 8],
  ['ALTCHA v1, stock widget', 'altcha SHA-256, stock', 1, 2 ** 14],
]
/** How much slower a phone of the middle range is: throttling by the browser does not reach workers. */
const PHONE_FACTOR = 4
/** Draws of how many tries work takes. */
const DRAWS = 20_001

/** Tries that half of all visitors need at most, and 95 of 100. */
function quantiles(puzzles: number, tries: number): { p50: number; p95: number } {
  const stream = keyedStream(createHash('sha256').update('tries').digest())
  const one = () => Math.ceil(Math.log(1 - stream.unit()) / Math.log1p(-1 / tries)) || 1
  const all = Array.from({ length: DRAWS }, () => {
    let sum = 0
    for (let i = 0; i < puzzles; i++) sum += one()
    return sum
  }).sort((a, b) => a - b)
  return { p50: all[Math.floor(DRAWS * 0.5)]!, p95: all[Math.floor(DRAWS * 0.95)]! }
}

/** How long a pass takes at the defaults, by the rates of one worker, on this machine and on a phone. */
export function timesOf(browser: string, rates: ReadonlyMap<string, number>): Row[] {
  return DEFAULTS.map(([what, solver, puzzles, tries]) => {
    // The number that ALTCHA's first protocol hides is equally likely anywhere up to twice the mean.
    const { p50, p95 } = what.startsWith('ALTCHA v1')
      ? { p50: tries, p95: 1.9 * tries }
      : quantiles(puzzles, tries)
    const seconds = (count: number) => count / rates.get(solver)!
    const text = (factor: number) =>
      `${(factor * seconds(p50)).toFixed(2)} / ${(factor * seconds(p95)).toFixed(2)} s`
    return {
      what: `${browser}: p50 / p95 to a pass, ${what}`,
      figure: `${text(1)}; on a phone ${PHONE_FACTOR} times as slow ${text(PHONE_FACTOR)}`,
    }
  })
}

/** Tries a second of a program on one core: OpenSSL's own. Undefined where there is no `openssl`. */
function nativeRates(): Map<string, number> | undefined {
  const args = ['speed', '-mr', '-seconds', '1', '-bytes', '64', '-evp', 'sha256']
  const { stdout } = spawnSync('openssl', args, { encoding: 'utf8' })
  const [, bytes] = /^\+F:\d+:[^:]*sha256[^:]*:([\d.]+)$/im.exec(stdout ?? '') ?? []
  if (bytes === undefined) return undefined
  const salt = Buffer.alloc(16)
  let counter = 0
  const password = () => Buffer.from(String(counter++))
  const options = { N: 8192, r: 8, p: 1 }
  return new Map([
    ['altcha SHA-256, ours, SIMD', Number(bytes) / 64],
    ['altcha PBKDF2 5000, ours, crypto.subtle', rate(() => pbkdf2Sync(password(), salt, 5000, 32, 'sha256'))],
    ['scrypt 8 MiB, ours, SIMD', rate(() => scryptSync(password(), salt, 32, options))],
  ])
}

/** How far a native program is ahead of our solver, function by function. */
export function nativeRows(browser: string, rates: ReadonlyMap<string, number>): Row[] {
  return [...(nativeRates() ?? [])].map(([solver, native]) => ({
    what: `${browser}: OpenSSL on one core ÷ ${solver}`,
    figure: `${(native / rates.get(solver)!).toFixed(1)} × (${whole(native)}/s)`,
  }))
}
