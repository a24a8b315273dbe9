import { spawnSync } from 'node:child_process'
import type { Ledger } from '@upright/core'
import { ledgerDriverOf, readConfig } from '@upright/server'
import { startCluster, startPair, startRedis, type TestRedis } from '../packages/server/src/testing/redis.ts'
import { type Row, whole } from './table.ts'

/** Claims a second of a ledger with so many under way at once; closes it. */
type Claims = (ledger: Ledger, parallel: number, total: number) => Promise<number>

/** Measures over servers that are started for it and removed after. */
async function measured(
  start: () => Promise<TestRedis[]>,
  form: 'redis' | 'redis+cluster',
  measure: (open: () => Promise<Ledger>) => Promise<Row[]>,
): Promise<Row[]> {
  const servers = await start()
  try {
    const config = readConfig(undefined, { REDIS_URL: `${form}://${servers[0]!.address}` })
    return await measure(() => ledgerDriverOf(config).open(config, { now: Date.now }))
  } finally {
    for (const server of servers) await server.stop()
  }
}

/** Claims a second in Redis, on servers of this machine; nothing but a line where Redis is not installed. */
export async function benchRedis(claims: Claims): Promise<Row[]> {
  if (spawnSync('redis-server', ['--version']).status !== 0) {
    console.log('\nClaims in Redis were left out: apt-get install redis-server')
    return []
  }
  const single = await measured(
    async () => [await startRedis()],
    'redis',
    async open => {
      await claims(await open(), 512, 100_000)
      const pipelined = await claims(await open(), 512, 300_000)
      const alone = await claims(await open(), 1, 3000)
      return [
        {
          what: 'claims, Redis, one connection, 512 under way at once',
          figure: `${whole(pipelined)}/s`,
          budget: '≥ 60,000/s',
          ok: pipelined >= 60_000,
        },
        { what: 'claims, Redis, one after another', figure: `${whole(alone)}/s` },
      ]
    },
  )
  const pair = await measured(startPair, 'redis', async open => {
    await claims(await open(), 512, 100_000)
    const pipelined = await claims(await open(), 512, 200_000)
    const alone = await claims(await open(), 1, 3000)
    return [
      { what: 'claims, Redis with a replica that confirms, 512 under way', figure: `${whole(pipelined)}/s` },
      { what: 'claims, Redis with a replica that confirms, one after another', figure: `${whole(alone)}/s` },
    ]
  })
  const cluster = await measured(
    () => startCluster(3, 0),
    'redis+cluster',
    async open => {
      await claims(await open(), 512, 100_000)
      const pipelined = await claims(await open(), 512, 200_000)
      return [
        { what: 'claims, Redis cluster of three masters, 512 under way', figure: `${whole(pipelined)}/s` },
      ]
    },
  )
  return [...single, ...pair, ...cluster]
}
