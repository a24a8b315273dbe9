import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Ledger, memoryLedger } from '@upright/core'
import { sqliteLedger } from '@upright/server'
import { parallelRate } from './rate.ts'
import { benchRedis } from './redis.ts'
import { type Row, whole } from './table.ts'

/** Seconds a claim lives, as for a fresh CaptchEtat challenge. */
const TTL_SECONDS = 1320

async function claims(ledger: Ledger, parallel: number, total: number): Promise<number> {
  // Keys as the captcha makes them for challenges issued within the last minute, in no order.
  const keys = Array.from({ length: total }, (_, n) => {
    const second = (1_800_000_000 + (n % 60)).toString(16)
    return `${second}.${randomBytes(16).toString('base64url')}`
  })
  const perSecond = await parallelRate(
    n => ledger.claim(keys[n]!, TTL_SECONDS, 'passed 1800000000'),
    parallel,
    total,
  )
  await ledger.close()
  return perSecond
}

/** Claims a second by ledger. */
export async function benchLedgers(): Promise<Row[]> {
  await claims(memoryLedger(), 64, 100_000)
  const memory = await claims(memoryLedger(), 64, 1_000_000)
  const folder = mkdtempSync(join(tmpdir(), 'upright-bench-'))
  try {
    const open = (name: string) => sqliteLedger({ file: join(folder, name), now: Date.now })
    const sqlite = await claims(open('many.db'), 256, 100_000)
    const alone = await claims(open('alone.db'), 1, 500)
    const redis = await benchRedis(claims)
    return [
      {
        what: 'claims, memory',
        figure: `${whole(memory)}/s`,
        budget: '≥ 1,000,000/s',
        ok: memory >= 1_000_000,
      },
      {
        what: 'claims, SQLite on disk, 256 under way at once',
        figure: `${whole(sqlite)}/s`,
        budget: '≥ 15,000/s',
        ok: sqlite >= 15_000,
      },
      { what: 'claims, SQLite on disk, one after another', figure: `${whole(alone)}/s` },
      ...redis,
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}
