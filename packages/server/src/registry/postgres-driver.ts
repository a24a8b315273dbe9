import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { type Finding, type Fix, fixOf, tlsFixes } from '../finding.ts'
import type { Contents, RegistryConfig, RegistryDriver } from './driver.ts'
import { pendingSteps } from './migrations.ts'
import { openPool, placeOf } from './pool.ts'
import { postgresRegistry, postgresTables, startError } from './postgres.ts'
import type { Registry } from './registry.ts'

/** The oldest PostgreSQL that is looked after here. */
const MIN_VERSION = 13
/** Milliseconds by which the clocks of two machines may differ that ask time servers. */
const MAX_CLOCK_DIFFERENCE_MS = 2000

/** What to do about each failure of PostgreSQL, by its codes and words. */
const FIXES: Fix[] = [
  [/newer version of upright/, 'install that version, or put back a copy of the database from before it'],
  [/search_path/, 'CREATE SCHEMA, or correct options in DATABASE_URL'],
  [/28P01|no password|SASL/, 'correct the user and the password in DATABASE_URL'],
  [
    /28000/,
    'make the user, and let pg_hba.conf admit it from this machine, with TLS where that asks for it (sslmode)',
  ],
  [/3D000/, 'CREATE DATABASE, or correct its name in DATABASE_URL'],
  [/42501/, 'let the database or its schema belong to the user of DATABASE_URL'],
  [/53300/, 'raise max_connections: each process of a node keeps up to 5'],
  [
    /does not support SSL/,
    'this server does not speak TLS: set ssl = on there, or sslmode=disable in DATABASE_URL',
  ],
  ...tlsFixes('give it as sslrootcert=FILE in DATABASE_URL, or in NODE_EXTRA_CA_CERTS'),
  [/ENOTFOUND|EAI_AGAIN/, 'correct the host in DATABASE_URL'],
]

const urlOf = ({ databaseUrl }: RegistryConfig) => databaseUrl!

/** The registry that nodes share, at `DATABASE_URL`. */
export const postgres: RegistryDriver = {
  name: 'postgres',
  shared: true,
  takes: ({ databaseUrl }) => databaseUrl !== undefined,
  exists: () => true,
  open: (config, { now, random, warn, repeat, observe }) =>
    postgresRegistry({ url: urlOf(config), now, random, warn, repeat, observe }),
  openTables: config => postgresTables(urlOf(config)),
  doctor,
}

/** Makes no tables, and changes none. */
async function doctor(
  config: RegistryConfig,
  contents: (registry: Registry) => Promise<Contents>,
): Promise<Finding[]> {
  const url = urlOf(config)
  const name = 'registry'
  try {
    const { version, number, standby, pending, took, ahead } = await look(url)
    const found = `PostgreSQL ${version} at ${placeOf(url)}, answers in ${took.toFixed(1)} ms`
    if (number < MIN_VERSION * 10_000) {
      return [{ state: 'fail', name, found, fix: `install PostgreSQL ${MIN_VERSION} or later` }]
    }
    if (standby) {
      const fix = 'let DATABASE_URL name the server that it is a copy of'
      return [{ state: 'fail', name, found: `${found}, but can only be read`, fix }]
    }
    if (pending.length > 0) {
      const steps = `${pending.length} step${pending.length === 1 ? '' : 's'} to its tables not taken yet`
      return [{ state: 'warn', name, found: `${found}, ${steps}`, fix: 'upright serve takes them' }]
    }
    const registry = await postgresRegistry({ url, now: Date.now, random: randomBytes, warn: () => {} })
    try {
      const { summary, findings } = await contents(registry)
      return [{ state: 'ok', name, found: `${summary}, ${found}` }, clock(ahead), ...findings]
    } finally {
      await registry.close()
    }
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    return [
      { state: 'fail', name, found, fix: fixOf(error, FIXES, 'correct DATABASE_URL, or start that server') },
    ]
  }
}

/** Version of a server, its latency, and the difference of its clock, in milliseconds. */
async function look(url: string) {
  const { db, close } = await openPool(url)
  try {
    // The first question would take the time of connecting as well.
    const pending = await pendingSteps(db)
    const before = performance.now()
    const { rows } = await sql<{ version: string; number: number; time: number; standby: boolean }>`
      select
        split_part(current_setting('server_version'), ' ', 1) as version,
        current_setting('server_version_num')::integer as number,
        (extract(epoch from clock_timestamp()) * 1000)::double precision as time,
        pg_is_in_recovery() as standby
    `.execute(db)
    const took = performance.now() - before
    const { time, ...server } = rows[0]!
    return { ...server, pending, took, ahead: time - (Date.now() - took / 2) }
  } catch (error) {
    throw startError(url, error)
  } finally {
    await close()
  }
}

function clock(ahead: number): Finding {
  const name = 'database clock'
  const seconds = (Math.abs(ahead) / 1000).toFixed(1)
  const found = `${seconds} s ${ahead < 0 ? 'behind' : 'ahead of'} this machine's`
  if (Math.abs(ahead) <= MAX_CLOCK_DIFFERENCE_MS) return { state: 'ok', name, found }
  return { state: 'warn', name, found, fix: 'let a time service keep both clocks' }
}
