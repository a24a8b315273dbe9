import { CaptchaError } from '@upright/core'

/** Host and port. */
export interface Address {
  host: string
  port: number
}

/** User and password, as Redis takes them; without a user it is the one called `default`. */
export interface Credentials {
  username?: string | undefined
  password?: string | undefined
}

/** Content of `REDIS_URL`. */
export interface RedisTarget extends Credentials {
  /** One server; the master that sentinels name; or the masters of a cluster. */
  kind: 'single' | 'sentinel' | 'cluster'
  /** The server, the sentinels, or some nodes of the cluster. */
  addresses: [Address, ...Address[]]
  /** Name of the master; empty but for `sentinel`. */
  master: string
  database: number
  /** Files in PEM; undefined where connections are not encrypted. */
  tls: { ca?: string | undefined; cert?: string | undefined; key?: string | undefined } | undefined
  /** Credentials of the sentinels. */
  sentinel: Credentials
}

const FORM =
  'redis://user:password@host:6379/0, redis+sentinel://user:password@host:26379,host:26379/master/0 or ' +
  'redis+cluster://user:password@host:6379,host:6379 (rediss… with TLS)'
const PORTS = { single: 6379, sentinel: 26_379, cluster: 6379 }
const TLS_FILES = ['ca', 'cert', 'key'] as const
const SENTINEL_ACCESS = ['sentinelUser', 'sentinelPassword'] as const

/** Errors never quote the value: any part of it may be a password. */
const invalid = (why: string) => new CaptchaError('config_invalid', `REDIS_URL ${why}`)

/**
 * Reads `REDIS_URL`. In passwords and file names `%` stands before two hexadecimal digits, as in every
 * address.
 * @throws CaptchaError `config_invalid`, which repeats nothing of the value but names of parameters
 */
export function parseRedisUrl(text: string): RedisTarget {
  const parts = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(text)
  if (!parts) throw invalid(`is not understood, but must be like ${FORM}`)
  const [, scheme, more, authority = '', path = '', query = ''] = parts
  const kind = (more ?? 'single') as RedisTarget['kind']
  const at = authority.lastIndexOf('@')
  const addresses = authority
    .slice(at + 1)
    .split(',')
    .map(part => address(part, PORTS[kind]))
  if (kind === 'single' && addresses.length > 1) {
    throw invalid('names several hosts, which only redis+sentinel:// and redis+cluster:// take')
  }
  const [first = '', second = '', ...rest] = path.split('/')
  const [master, number] = kind === 'sentinel' ? [decoded(first), second] : ['', first]
  if (kind === 'sentinel' && !master) throw invalid('lacks the name of the master: …:26379/NAME')
  if (rest.length > 0 || (kind !== 'sentinel' && second))
    throw invalid('has more behind the hosts than it takes')
  if (!/^\d{0,5}$/.test(number)) throw invalid('has no number of a database behind the hosts')
  if (kind === 'cluster' && Number(number) !== 0)
    throw invalid('numbers a database, but a cluster has only 0')

  const given = parameters(query, [
    ...(scheme === 'rediss' ? TLS_FILES : []),
    ...(kind === 'sentinel' ? SENTINEL_ACCESS : []),
  ])
  if (Boolean(given.cert) !== Boolean(given.key)) throw invalid('has one of cert and key, but needs both')
  const { ca, cert, key } = given
  return {
    kind,
    addresses: addresses as RedisTarget['addresses'],
    master,
    database: Number(number),
    ...credentials(at < 0 ? '' : authority.slice(0, at)),
    tls: scheme === 'rediss' ? { ca, cert, key } : undefined,
    sentinel: { username: given.sentinelUser, password: given.sentinelPassword },
  }
}

/** A port as text, or undefined when it is none. */
const portOf = (text: string): number | undefined => {
  const port = Number(text)
  return /^\d{1,5}$/.test(text) && port > 0 && port <= 65_535 ? port : undefined
}

function address(text: string, fallback: number): Address {
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+))(?::(.*))?$/.exec(text)
  const host = parts?.[1] ?? parts?.[2]
  if (!host) throw invalid(`names no host where there must be one: it must be like ${FORM}`)
  const port = parts?.[3] === undefined ? fallback : portOf(parts[3])
  if (!port) throw invalid('has a port that is no number from 1 to 65535')
  return { host, port }
}

function credentials(text: string): Credentials {
  if (text === '') return {}
  const colon = text.indexOf(':')
  if (colon < 0) throw invalid('has a user without a password: it must be user:password@ or :password@')
  const password = decoded(text.slice(colon + 1))
  if (!password) throw invalid('has an empty password')
  return { username: decoded(text.slice(0, colon)) || undefined, password }
}

function parameters<Name extends string>(query: string, names: readonly Name[]) {
  const given: Partial<Record<Name, string>> = {}
  for (const part of query.split('&').filter(Boolean)) {
    const [name = '', ...value] = part.split('=')
    if (!names.includes(name as Name)) {
      const wanted = names.length > 0 ? `takes no parameters but ${names.join(', ')}` : 'takes no parameters'
      throw invalid(`has a parameter that is not known: this form ${wanted}`)
    }
    given[name as Name] = decoded(value.join('='))
  }
  return given
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid('has a % that does not stand before two hexadecimal digits: write it as %25')
  }
}

/** `host:port`, as Redis itself writes it. */
export const nameOf = ({ host, port }: Address): string => `${host}:${port}`

/** An address of `host:port`; an empty host is the one that was asked. */
export function addressOf(name: string, asked: string): Address {
  const colon = name.lastIndexOf(':')
  return { host: name.slice(0, colon) || asked, port: Number(name.slice(colon + 1)) }
}
