import { availableParallelism } from 'node:os'
import { CaptchaError, type Secrets } from '@upright/core'
import { parseRedisUrl } from './ledgers/redis/url.ts'

/** Configuration of the service. This file is the only reader of the environment. */
export interface Config {
  /** Folder of the embedded database and the master secret. `UPRIGHT_DATA` */
  data: string
  /** Master secret from the environment; without it the data folder's own is used. `UPRIGHT_SECRET` */
  secret: string | undefined
  /**
   * The master secret before it, while it is replaced: accepted, and never used for new ids.
   * `UPRIGHT_PREVIOUS_SECRET`
   */
  previousSecret: string | undefined
  /**
   * The master secret that comes next, while it is replaced: accepted before any node uses it for new ids.
   * `UPRIGHT_NEXT_SECRET`
   */
  nextSecret: string | undefined
  /**
   * PostgreSQL that holds the registry, in place of a file in the data folder. Never to be printed: it may
   * hold a password. `DATABASE_URL`
   */
  databaseUrl: string | undefined
  /**
   * The shared ledger, a URL that was understood; without it the data folder's own is used. Holds a password.
   * `REDIS_URL`
   */
  redisUrl: string | undefined
  /** `PORT` */
  port: number
  /** `HOST` */
  host: string
  /**
   * Reverse proxies in front, by count: how many entries of X-Forwarded-For are ours. `UPRIGHT_TRUST_PROXY`
   */
  trustedProxies: number
  /** Connections that all processes hold together. `UPRIGHT_MAX_CONNECTIONS` */
  maxConnections: number
  /**
   * Connections that one process holds with one address, where no proxy is trusted; 0 for any number.
   * `UPRIGHT_MAX_CONNECTIONS_PER_ADDRESS`
   */
  maxConnectionsPerAddress: number
  /** Names by which browsers reach the service, in lower case; none for any. `UPRIGHT_HOSTS` */
  hosts: string[]
  /** Days after which pictures begin to look otherwise; 0 for never. `UPRIGHT_SEASON_DAYS` */
  seasonDays: number
  /** Processes that serve, on one port and one data folder. `UPRIGHT_WORKERS` */
  workers: number
  /**
   * Seconds for which a server that was asked to stop says so at `/readyz` before it takes no more
   * connections. `UPRIGHT_DRAIN_SECONDS`
   */
  drainSeconds: number
  /** Address of the metrics; none when undefined. `UPRIGHT_METRICS` */
  metrics: ListenAddress | undefined
  /**
   * Collector and sampling of traces; none when undefined. `OTEL_EXPORTER_OTLP_ENDPOINT` and others of
   * `OTEL_`
   */
  traces: (TraceTarget & { ratio: number }) | undefined
  /** Whether there are a demo site, its page and the page on the interface. `UPRIGHT_DEMO` */
  demo: boolean
  /** Whether the public keys and secrets that vendors give for tests are known. `UPRIGHT_TEST_KEYS` */
  testKeys: boolean
  /** `LOG_LEVEL` */
  logLevel: LogLevel
  /** Form of the time in lines of the log. `UPRIGHT_LOG_TIME` */
  logTime: LogTime
}

/** Collector and sampling of traces. */
export interface TraceTarget {
  /** The collector's address, without `/v1/traces`. */
  endpoint: string
  /** Headers that the collector asks for. Never to be printed: they may hold a key. */
  headers: Record<string, string>
  /** Service name in traces. */
  name: string
}

/** An address to listen on. */
export interface ListenAddress {
  host: string
  port: number
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]
/** Milliseconds since 1970, or a date and time as in ISO 8601. */
const LOG_TIMES = ['epoch', 'iso'] as const
export type LogTime = (typeof LOG_TIMES)[number]

type Environment = Record<string, string | undefined>

const invalid = (name: string, value: string, wanted: string) =>
  new CaptchaError('config_invalid', `${name} is "${value}", but must be ${wanted}`)

/**
 * A value without the space and the line break that files and `echo` put around it: two nodes whose secrets
 * differ by a line break would refuse each other's challenges. Quotation marks, which Docker's `--env-file`
 * keeps, are never part of a value of ours. @throws CaptchaError `config_invalid`
 */
function cleaned(name: string, value: string | undefined): string | undefined {
  const text = value?.trim()
  if (text && text.length > 1 && /^(["']).*\1$/s.test(text)) {
    throw new CaptchaError('config_invalid', `${name} has quotation marks around its value: leave them out`)
  }
  return text
}

interface Range {
  /** @default 0 */
  min?: number
  max: number
}

function wholeNumber(
  environment: Environment,
  name: string,
  fallback: number,
  { min = 0, max }: Range,
): number {
  const text = environment[name]
  if (!text) return fallback
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw invalid(name, text, `a whole number from ${min} to ${max}`)
  }
  return value
}

/** One of some words; the first of them unless another is the fallback. */
function oneOf<Word extends string>(
  environment: Environment,
  name: string,
  words: readonly Word[],
  fallback = words[0]!,
): Word {
  const text = environment[name]
  if (!text) return fallback
  const word = words.find(each => each === text)
  if (word === undefined) throw invalid(name, text, `one of ${words.join(', ')}`)
  return word
}

/** Descriptors that Linux lets a process have unless `fs.nr_open` is raised. */
const MAX_DESCRIPTORS = 1_048_576

/** Host names, separated by commas, as browsers write them. */
function hosts(environment: Environment): string[] {
  const names = (environment.UPRIGHT_HOSTS || '').split(',').map(name => name.trim())
  return names.filter(Boolean).map(name => {
    if (/[/\\?#@*\s]|:\d*$/.test(name) || !URL.canParse(`http://${name}`)) {
      throw invalid('UPRIGHT_HOSTS', name, 'host names without scheme and port, separated by commas')
    }
    return new URL(`http://${name}`).hostname
  })
}

/** A worker costs some 100 MB: more of them than any machine has use for is a slip of the finger. */
const MAX_WORKERS = 64

/** Number of workers; `auto` is one for each core that this process may use. */
function workers(environment: Environment): number {
  const name = 'UPRIGHT_WORKERS'
  const text = environment[name]
  if (!text) return 1
  if (text === 'auto') return Math.min(availableParallelism(), MAX_WORKERS)
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < 1 || value > MAX_WORKERS) {
    throw invalid(name, text, `a whole number from 1 to ${MAX_WORKERS}, or auto`)
  }
  return value
}

function secret(environment: Environment, name: string): string | undefined {
  const text = environment[name]
  if (!text) return undefined
  if (text.length < 32) {
    throw new CaptchaError('config_invalid', `${name} has ${text.length} characters, but needs at least 32`)
  }
  // A control character cannot be typed on purpose, and other letters have several forms of the same look.
  if (/[^\x20-\x7e]/.test(text)) {
    throw new CaptchaError('config_invalid', `${name} has a character that is not printable ASCII`)
  }
  return text
}

/** Accepted values of `sslmode`: `allow` and `prefer` go on without TLS where somebody in between says so. */
const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full']

function databaseUrl(environment: Environment): string | undefined {
  const text = environment.DATABASE_URL
  if (!text) return undefined
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) {
    throw new CaptchaError(
      'config_invalid',
      'DATABASE_URL must look like postgres://USER:PASSWORD@HOST:PORT/DATABASE, with special characters of the password written as %XX',
    )
  }
  const mode = new URL(text).searchParams.get('sslmode')
  if (mode !== null && !SSL_MODES.includes(mode)) {
    throw new CaptchaError('config_invalid', `sslmode in DATABASE_URL must be one of ${SSL_MODES.join(', ')}`)
  }
  return text
}

function redisUrl({ REDIS_URL: text }: Environment): string | undefined {
  if (text) parseRedisUrl(text)
  return text || undefined
}

function address(environment: Environment, name: string): ListenAddress | undefined {
  const text = environment[name]
  if (!text) return undefined
  const [, host, bare, port] = /^(?:(?:\[([^\]]+)\]|([^:]+)):)?(\d{1,5})$/.exec(text) ?? []
  if (port === undefined || Number(port) > 65_535) throw invalid(name, text, 'a port or host:port')
  return { host: host ?? bare ?? '127.0.0.1', port: Number(port) }
}

/** The names are those of OpenTelemetry: a machine's other services may be told the same. */
function traces(environment: Environment): Config['traces'] {
  const endpoint = environment.OTEL_EXPORTER_OTLP_ENDPOINT
  if (!endpoint) return undefined
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint)) {
    throw invalid('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint, 'the http: or https: address of a collector')
  }
  const share = environment.OTEL_TRACES_SAMPLER_ARG || '1'
  if (!/^(0(\.\d+)?|1(\.0+)?)$/.test(share))
    throw invalid('OTEL_TRACES_SAMPLER_ARG', share, 'a number from 0 to 1')
  const headers = (environment.OTEL_EXPORTER_OTLP_HEADERS || '').split(',').filter(Boolean).map(header)
  return {
    endpoint,
    headers: Object.fromEntries(headers),
    name: environment.OTEL_SERVICE_NAME || 'upright',
    ratio: Number(share),
  }
}

/** One `name=value` of a list, the value with `%XX`. What is wrong is not repeated: it may be a key. */
function header(text: string): [name: string, value: string] {
  const [name, ...rest] = text.split('=')
  const value = rest.join('=').trim()
  try {
    if (rest.length > 0 && /^[\w-]+$/.test(name!.trim()) && /^[\x20-\x7e]*$/.test(value))
      return [name!.trim(), decodeURIComponent(value).trim()]
  } catch {
    // A percent sign that begins nothing.
  }
  throw new CaptchaError('config_invalid', 'OTEL_EXPORTER_OTLP_HEADERS must look like NAME=VALUE,NAME=VALUE')
}

/**
 * The configuration an environment describes; `data` given here goes before `UPRIGHT_DATA`.
 * @throws CaptchaError `config_invalid`, naming the variable, its value (never a secret's) and what it must
 * be
 */
export function readConfig(data?: string, given: Environment = processEnvironment()): Config {
  const environment = new Proxy(given, { get: (all, name: string) => cleaned(name, all[name]) })
  return {
    data: data || environment.UPRIGHT_DATA || './data',
    secret: secret(environment, 'UPRIGHT_SECRET'),
    previousSecret: secret(environment, 'UPRIGHT_PREVIOUS_SECRET'),
    nextSecret: secret(environment, 'UPRIGHT_NEXT_SECRET'),
    databaseUrl: databaseUrl(environment),
    redisUrl: redisUrl(environment),
    port: wholeNumber(environment, 'PORT', 8080, { max: 65_535 }),
    host: environment.HOST || '127.0.0.1',
    trustedProxies: wholeNumber(environment, 'UPRIGHT_TRUST_PROXY', 0, { max: 32 }),
    maxConnections: wholeNumber(environment, 'UPRIGHT_MAX_CONNECTIONS', 10_000, {
      min: 1,
      max: MAX_DESCRIPTORS,
    }),
    maxConnectionsPerAddress: wholeNumber(environment, 'UPRIGHT_MAX_CONNECTIONS_PER_ADDRESS', 256, {
      max: MAX_DESCRIPTORS,
    }),
    hosts: hosts(environment),
    seasonDays: wholeNumber(environment, 'UPRIGHT_SEASON_DAYS', 7, { max: 366 }),
    workers: workers(environment),
    drainSeconds: wholeNumber(environment, 'UPRIGHT_DRAIN_SECONDS', 0, { max: 300 }),
    metrics: address(environment, 'UPRIGHT_METRICS'),
    traces: traces(environment),
    demo: oneOf(environment, 'UPRIGHT_DEMO', ['on', 'off']) === 'on',
    testKeys: oneOf(environment, 'UPRIGHT_TEST_KEYS', ['off', 'on']) === 'on',
    logLevel: oneOf(environment, 'LOG_LEVEL', LOG_LEVELS, 'info'),
    logTime: oneOf(environment, 'UPRIGHT_LOG_TIME', LOG_TIMES),
  }
}

/**
 * The names that an environment has, and those that are looked for in it: nothing else reports a misspelt
 * variable: it. @throws CaptchaError as `readConfig`
 */
export function variables(environment: Environment = processEnvironment()): {
  given: Environment
  known: string[]
} {
  const known = new Set<string>()
  const get = (all: Environment, name: string) => {
    known.add(name)
    return all[name]
  }
  readConfig(undefined, new Proxy({ ...environment }, { get }))
  return { given: environment, known: [...known] }
}

/** The master secret in force, and those that are accepted beside it while it is replaced. */
export const secretsOf = ({ previousSecret, nextSecret }: Config, secret: string): Secrets => ({
  secret,
  accepted: [previousSecret, nextSecret].filter(each => each !== undefined),
})

/** A configuration with the flags of a command line over it. @throws CaptchaError `config_invalid` */
export function withFlags(
  config: Config,
  flags: { port?: string | undefined; host?: string | undefined },
): Config {
  const port = wholeNumber({ '--port': flags.port }, '--port', config.port, { max: 65_535 })
  return { ...config, port, host: flags.host || config.host }
}

function processEnvironment(): Environment {
  // biome-ignore lint/style/noProcessEnv: the one place where the environment is read
  return process.env
}
