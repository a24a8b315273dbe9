import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { CaptchaError } from '@upright/core'
import { Redis, type RedisOptions } from 'ioredis'
import { CONNECT_TIMEOUT_MS } from './timeouts.ts'
import { type Address, type Credentials, nameOf, type RedisTarget } from './url.ts'

/** The first Redis in which SET takes NX together with GET. */
const MIN_VERSION = 7

/** Version, role and settings of a server. */
export interface ServerFacts {
  version: string
  /** `maxmemory-policy`: only `noeviction` evicts nothing. */
  eviction: string
  /** Whether it writes every change to its disk. */
  appendOnly: boolean
}

/** A connection that can be used, and where it leads. */
export interface Connection {
  redis: Redis
  address: Address
  facts: ServerFacts
}

/** Opens connections to what a `REDIS_URL` names. */
export interface Connector {
  /** A connection to one server of the target, whatever its role. */
  open(address: Address): Promise<Redis>
  /** A connection to a master: the one at this address, or else the target's only one. */
  master(address?: Address): Promise<Connection>
}

/**
 * Reads the certificates, and makes connections from then on.
 * @throws CaptchaError `config_invalid` when a file cannot be read, and from `open` and `master` when the
 * server refuses user and password, is too old, or is no cluster where one was named; other errors pass with
 * time
 */
export function createConnector(target: RedisTarget): Connector {
  const tls = target.tls && {
    ca: pem('ca', target.tls.ca),
    cert: pem('cert', target.tls.cert),
    key: pem('key', target.tls.key),
  }

  const connect = async (address: Address, { username, password }: Credentials, db: number) => {
    const options = {
      ...address,
      db,
      protocol: 2,
      connectionName: 'upright',
      lazyConnect: true,
      enableReadyCheck: false,
      connectTimeout: CONNECT_TIMEOUT_MS,
      // Nothing is sent twice and nothing waits for a connection, see node.ts, which makes a new one when
      // this is lost.
      retryStrategy: null,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      // Certificates are compared with the host's name, which must be said to servers that have several.
      ...(tls ? { tls: { ...tls, ...(isIP(address.host) ? {} : { servername: address.host }) } } : {}),
    } satisfies RedisOptions
    const redis = new Redis(options)
    let reason: Error | undefined
    redis.on('error', error => {
      reason ??= error
    })
    try {
      await within(redis.connect())
    } catch (error) {
      redis.disconnect()
      throw told(address, reason ?? error)
    }
    return redis
  }

  const open = (address: Address) => connect(address, target, target.database)

  const askSentinel = async (address: Address): Promise<Address> => {
    const sentinel = await connect(address, target.sentinel, 0)
    try {
      const found = await within(sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', target.master))
      if (!Array.isArray(found)) throw new Error(`it knows no master called ${target.master}`)
      return { host: String(found[0]), port: Number(found[1]) }
    } catch (error) {
      throw told(address, error)
    } finally {
      sentinel.disconnect()
    }
  }

  /**
   * The first sentinel's answer will do: what it is out of date about, the server's role and its replicas
   * tell.
   */
  const findMaster = () => firstOf(target.addresses.map(askSentinel))

  return {
    open,
    async master(wanted) {
      const address = wanted ?? (target.kind === 'sentinel' ? await findMaster() : target.addresses[0])
      const redis = await open(address)
      try {
        const [info, [role]] = (await within(Promise.all([redis.info(), redis.role()]))) as [string, [string]]
        const facts = readFacts(info, target)
        if (info.includes('\nloading:1')) throw new Error('LOADING: it is reading its data')
        if (role !== 'master') throw new Error('READONLY: it is a replica at the moment')
        return { redis, address, facts }
      } catch (error) {
        redis.disconnect()
        throw told(address, error)
      }
    },
  }
}

/**
 * The first that is kept, or what most likely explains why none was: what is set up wrongly, else the last
 * reason.
 */
export async function firstOf<T>(promises: Promise<T>[]): Promise<T> {
  try {
    return await Promise.any(promises)
  } catch (error) {
    const reasons = (error as AggregateError).errors
    throw reasons.find(reason => reason instanceof CaptchaError) ?? reasons.at(-1)
  }
}

/** A promise that is given up after a second. */
export async function within<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer within ${CONNECT_TIMEOUT_MS} ms`)),
      CONNECT_TIMEOUT_MS,
    )
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

function readFacts(info: string, { kind }: RedisTarget): ServerFacts {
  const lines = info.split('\n').map(line => line.trimEnd())
  const field = (name: string) =>
    lines.find(line => line.startsWith(`${name}:`))?.slice(name.length + 1) ?? ''
  const version = field('redis_version')
  const cluster = field('cluster_enabled') === '1'
  if (!(Number.parseInt(version, 10) >= MIN_VERSION))
    throw refused(`it is Redis ${version}, but must be ${MIN_VERSION} or later`)
  if (cluster !== (kind === 'cluster')) {
    const [is, write] = cluster ? ['a', 'redis+cluster://'] : ['no', 'redis:// or redis+sentinel://']
    throw refused(`it is ${is} node of a cluster: write ${write}`)
  }
  return {
    version,
    eviction: field('maxmemory_policy'),
    appendOnly: field('aof_enabled') === '1',
  }
}

const refused = (why: string, options?: ErrorOptions) => new CaptchaError('config_invalid', why, options)

/** An error with the server's name before it; what no waiting fixes, as an error of the configuration. */
function told(address: Address, error: unknown): Error {
  const server = `Redis at ${nameOf(address)}`
  if (error instanceof CaptchaError) return refused(`REDIS_URL: ${server}: ${error.detail}`)
  const why = error instanceof Error ? error.message : String(error)
  if (/^NOPERM/.test(why)) return refused(`REDIS_URL: the user lacks a right at ${server}: ${why}`)
  if (/^(WRONGPASS|NOAUTH)/.test(why))
    return refused(`REDIS_URL: ${server} refuses user and password: ${why}`)
  return new Error(`${server}: ${why || 'no connection'}`, { cause: error })
}

function pem(name: string, file: string | undefined): Buffer | undefined {
  if (file === undefined) return undefined
  try {
    return readFileSync(file)
  } catch (error) {
    throw refused(`REDIS_URL: the file of ${name} cannot be read: ${file}`, { cause: error })
  }
}
