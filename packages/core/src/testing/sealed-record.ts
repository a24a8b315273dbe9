import { randomBytes } from 'node:crypto'
import type { Secrets } from '../keys.ts'
import type { Ledger } from '../ledger.ts'
import type { SealedRecordOptions } from '../sealed-record.ts'
import type { LedgerUnderTest } from './ledger.ts'

const [OLD, SECRET, NEW] = ['old', 'present', 'new'].map(age => `the ${age} secret `.repeat(3)) as [
  string,
  string,
  string,
]
export const STRANGER: Secrets = { secret: 'the secret of somebody else '.repeat(2) }

/**
 * Secrets of the node that makes a token and of the one that it comes to, while one secret replaces another.
 */
export const ROTATIONS: readonly [name: string, maker: Secrets, node: Secrets][] = [
  ['the secret that makes', { secret: SECRET }, { secret: SECRET }],
  [
    'an older secret that is accepted',
    { secret: OLD, accepted: [SECRET] },
    { secret: SECRET, accepted: [OLD] },
  ],
  [
    'a newer secret that is accepted',
    { secret: NEW, accepted: [SECRET] },
    { secret: SECRET, accepted: [NEW] },
  ],
]

/** Seconds since 1970 at which every test begins, in the middle of an hour: keys change with the hour. */
export const START = 1_800_001_800

/** A ledger under test with a clock beside it, and a count of what it is asked. */
export function tokenBench({ ledger, advance }: LedgerUnderTest) {
  let time = START * 1000
  let calls = 0
  const counted =
    <Args extends unknown[], Result>(method: (...args: Args) => Result) =>
    (...args: Args) => {
      calls++
      return method(...args)
    }
  const asked: Ledger = {
    ...ledger,
    claim: counted(ledger.claim),
    claimed: counted(ledger.claimed),
    count: counted(ledger.count),
    counted: counted(ledger.counted),
  }
  return {
    /** What a node over this ledger is made of. */
    options: (secrets: Secrets): SealedRecordOptions => ({
      ...secrets,
      ledger: asked,
      now: () => time,
      random: randomBytes,
    }),
    /** Calls of the ledger until now. */
    calls: () => calls,
    /** Moves the clock of the nodes and that of the ledger. */
    async pass(seconds: number) {
      time += seconds * 1000
      await advance(seconds)
    },
    /** Moves the clock of the nodes alone. */
    skew(seconds: number) {
      time += seconds * 1000
    },
  }
}

/**
 * What is no token although it looks like one: changed in any bit, cut anywhere, lengthened, written
 * otherwise.
 */
export function* forgeries(token: string): Generator<string> {
  const genuine = Buffer.from(token, 'base64url')
  for (let bit = 0; bit < genuine.length * 8; bit++) {
    const bytes = Buffer.from(genuine)
    bytes[bit >> 3]! ^= 1 << (bit & 7)
    yield bytes.toString('base64url')
  }
  for (let length = 0; length < token.length; length++) yield token.slice(0, length)
  for (const more of ['A', 'AAAA', '=', ' ', '\n', '\0']) yield token + more
  yield ` ${token}`
  yield token.replace(/^(.{40})/, '$1.')
  const standard = token.replaceAll('-', '+').replaceAll('_', '/')
  if (standard !== token) yield standard
  for (const other of ['', '🐈', 'A'.repeat(60), 'A'.repeat(2048), 'A'.repeat(1_000_000)]) yield other
}
