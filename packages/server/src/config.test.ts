import { availableParallelism } from 'node:os'
import { describe, expect, it } from 'vitest'
import { readConfig, withFlags } from './config.ts'

describe('the configuration', () => {
  it('has a default for everything but secrets', () => {
    expect(readConfig(undefined, {})).toEqual({
      data: './data',
      secret: undefined,
      previousSecret: undefined,
      nextSecret: undefined,
      databaseUrl: undefined,
      redisUrl: undefined,
      port: 8080,
      host: '127.0.0.1',
      trustedProxies: 0,
      maxConnections: 10_000,
      maxConnectionsPerAddress: 256,
      hosts: [],
      seasonDays: 7,
      workers: 1,
      drainSeconds: 0,
      metrics: undefined,
      traces: undefined,
      demo: true,
      testKeys: false,
      logLevel: 'info',
      logTime: 'epoch',
    })
  })

  it('puts flags before the environment', () => {
    const config = readConfig('here', { UPRIGHT_DATA: 'there', PORT: '1', HOST: 'a' })
    expect(withFlags(config, { port: '2', host: 'b' })).toMatchObject({ data: 'here', port: 2, host: 'b' })
    expect(withFlags(config, {})).toMatchObject({ data: 'here', port: 1, host: 'a' })
  })

  it.each([
    ['9464', '127.0.0.1', 9464],
    ['0.0.0.0:0', '0.0.0.0', 0],
    ['metrics.internal:80', 'metrics.internal', 80],
    ['[::1]:9464', '::1', 9464],
  ])('takes %s for an address', (text, host, port) => {
    expect(readConfig(undefined, { UPRIGHT_METRICS: text }).metrics).toEqual({ host, port })
  })

  it.each(['localhost', ':9464', '::1:9464', '65536', 'a:', 'a b', '[::1]'])(
    'takes %j for no address',
    text => {
      expect(() => readConfig(undefined, { UPRIGHT_METRICS: text })).toThrow(
        `UPRIGHT_METRICS is "${text}", but must be a port or host:port`,
      )
    },
  )

  it.each([
    'PORT',
    'UPRIGHT_TRUST_PROXY',
    'UPRIGHT_MAX_CONNECTIONS',
    'UPRIGHT_MAX_CONNECTIONS_PER_ADDRESS',
    'UPRIGHT_WORKERS',
    'UPRIGHT_DRAIN_SECONDS',
    'LOG_LEVEL',
  ])('names %s and its value when it makes no sense', name => {
    expect(() => readConfig(undefined, { [name]: '-1x' })).toThrow(`${name} is "-1x", but must be`)
    expect(() => withFlags(readConfig(undefined, {}), { port: '65536' })).toThrow('--port is "65536"')
  })

  it.each([
    'postgres://u@h/d',
    'postgresql://u:p%2Fw@h:5433/d?sslmode=verify-full&sslrootcert=/etc/ca.pem',
    'postgres:///d?host=/run/postgresql',
  ])('takes %s for a database', url => {
    expect(readConfig(undefined, { DATABASE_URL: url }).databaseUrl).toBe(url)
    expect(readConfig(undefined, { DATABASE_URL: '' }).databaseUrl).toBeUndefined()
  })

  it.each([
    ['mysql://u:hunter2@h/d', 'must look like postgres://'],
    ['hunter2', 'must look like postgres://'],
    ['postgres:hunter2', 'must look like postgres://'],
    ['postgres://u:hunter2@h:x/d', 'must look like postgres://'],
    ['postgres://u:hunter2/x@h/d', 'must look like postgres://'],
    ['postgres://u:hunter2@h/d?sslmode=prefer', 'sslmode in DATABASE_URL must be one of'],
    ['postgres://u:hunter2@h/d?sslmode=hunter2', 'sslmode in DATABASE_URL must be one of'],
  ])('refuses the database %s and does not repeat it', (url, words) => {
    const read = () => readConfig(undefined, { DATABASE_URL: url })
    expect(read).toThrow(expect.objectContaining({ code: 'config_invalid' }))
    expect(read).toThrow(words)
    expect(read).not.toThrow('hunter2')
  })

  it('takes REDIS_URL as it is, and refuses what is none without a word of it', () => {
    const url = 'redis+sentinel://u:hunter2@a,b/m'
    expect(readConfig(undefined, { REDIS_URL: url }).redisUrl).toBe(url)
    expect(readConfig(undefined, { REDIS_URL: '' }).redisUrl).toBeUndefined()
    expect(() => readConfig(undefined, { REDIS_URL: 'http://u:hunter2@a' })).toThrow(
      /REDIS_URL is not understood/,
    )
    expect(() => readConfig(undefined, { REDIS_URL: 'http://u:hunter2@a' })).not.toThrow('hunter2')
  })

  it('takes 1 to 64 workers, or as many as there are cores', () => {
    const workers = (text: string) => readConfig(undefined, { UPRIGHT_WORKERS: text }).workers
    expect([workers('1'), workers('64'), workers('auto')]).toEqual([1, 64, availableParallelism()])
    for (const text of ['0', '65', '-1', '1.5', '2e0', 'Auto']) {
      expect(() => workers(text)).toThrow(
        `UPRIGHT_WORKERS is "${text}", but must be a whole number from 1 to 64, or auto`,
      )
    }
  })

  it('takes at least one connection, and any number from an address', () => {
    const bounds = (text: string) => {
      const environment = { UPRIGHT_MAX_CONNECTIONS: text, UPRIGHT_MAX_CONNECTIONS_PER_ADDRESS: text }
      const { maxConnections, maxConnectionsPerAddress } = readConfig(undefined, environment)
      return [maxConnections, maxConnectionsPerAddress]
    }
    expect([bounds('1'), bounds('1048576')]).toEqual([
      [1, 1],
      [1_048_576, 1_048_576],
    ])
    const none = { UPRIGHT_MAX_CONNECTIONS_PER_ADDRESS: '0' }
    expect(readConfig(undefined, none).maxConnectionsPerAddress).toBe(0)
    for (const text of ['0', '1048577', '-1', '1.5']) {
      expect(() => bounds(text)).toThrow(
        `UPRIGHT_MAX_CONNECTIONS is "${text}", but must be a whole number from 1 to 1048576`,
      )
    }
  })

  it('takes the names that browsers reach it by, in lower case and as they write them', () => {
    const hosts = (text: string) => readConfig(undefined, { UPRIGHT_HOSTS: text }).hosts
    expect(hosts('captcha.example.org')).toEqual(['captcha.example.org'])
    expect(hosts(' Captcha.Example.org, xn--bcher-kva.example,bücher.example, 192.0.2.1,[::1] ,')).toEqual([
      'captcha.example.org',
      'xn--bcher-kva.example',
      'xn--bcher-kva.example',
      '192.0.2.1',
      '[::1]',
    ])
    expect(hosts('')).toEqual([])
    for (const text of ['https://a', 'a:8080', 'a:', 'a/b', '::1', 'a b', 'a@b', '*', 'a?', '%zz']) {
      expect(() => hosts(text)).toThrow(`UPRIGHT_HOSTS is "${text}", but must be host names`)
    }
  })

  it('drains for five minutes at most', () => {
    const drain = (text: string) => readConfig(undefined, { UPRIGHT_DRAIN_SECONDS: text }).drainSeconds
    expect([drain('0'), drain('300')]).toEqual([0, 300])
    for (const text of ['301', '-1', '0.5']) expect(() => drain(text)).toThrow('UPRIGHT_DRAIN_SECONDS')
  })

  it('takes OpenTelemetry’s own names for traces', () => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector:4318/' }
    const traces = { endpoint: 'https://collector:4318/', headers: {}, name: 'upright', ratio: 1 }
    expect(readConfig(undefined, environment).traces).toEqual(traces)
    const more = {
      ...environment,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20YTpi, x-team = web',
      OTEL_SERVICE_NAME: 'captcha',
      OTEL_TRACES_SAMPLER_ARG: '0.05',
    }
    expect(readConfig(undefined, more).traces).toEqual({
      ...traces,
      headers: { authorization: 'Basic YTpi', 'x-team': 'web' },
      name: 'captcha',
      ratio: 0.05,
    })
    expect(readConfig(undefined, { ...more, OTEL_EXPORTER_OTLP_ENDPOINT: '' }).traces).toBeUndefined()
  })

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://'],
    ['OTEL_TRACES_SAMPLER_ARG', '5'],
    ['OTEL_TRACES_SAMPLER_ARG', '-0.1'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'hunter2'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%zz'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=b\nc'],
  ])('refuses %s=%j', (name, value) => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector', [name]: value }
    expect(() => readConfig(undefined, environment)).toThrow(`${name}`)
    expect(() => readConfig(undefined, { ...environment })).not.toThrow('hunter2')
  })

  it.each(['UPRIGHT_SECRET', 'UPRIGHT_PREVIOUS_SECRET', 'UPRIGHT_NEXT_SECRET'])(
    'never repeats what %s was set to',
    name => {
      expect(() => readConfig(undefined, { [name]: 'hunter2' })).toThrow(`${name} has 7 characters`)
      expect(() => readConfig(undefined, { [name]: 'hunter2' })).not.toThrow('hunter2')
    },
  )

  it('takes values without the space and the line breaks around them', () => {
    const secret = 's'.repeat(32)
    const environment = {
      UPRIGHT_SECRET: ` ${secret}\r\n`,
      UPRIGHT_PREVIOUS_SECRET: `${'p'.repeat(32)}\n`,
      UPRIGHT_DATA: '/data\n',
      PORT: '81\n',
      UPRIGHT_METRICS: '\n',
      LOG_LEVEL: 'warn ',
      REDIS_URL: 'redis://127.0.0.1\n',
      DATABASE_URL: '\tpostgres://a:b@c/d\n',
    }
    expect(readConfig(undefined, environment)).toMatchObject({
      secret,
      previousSecret: 'p'.repeat(32),
      data: '/data',
      port: 81,
      metrics: undefined,
      logLevel: 'warn',
      redisUrl: 'redis://127.0.0.1',
      databaseUrl: 'postgres://a:b@c/d',
    })
  })

  it.each(['UPRIGHT_SECRET', 'UPRIGHT_DATA', 'REDIS_URL', 'HOST'])(
    'refuses quotation marks around %s',
    name => {
      for (const mark of ['"', "'"]) {
        expect(() => readConfig(undefined, { [name]: `${mark}${'x'.repeat(40)}${mark}` })).toThrow(
          `${name} has quotation marks around its value`,
        )
      }
    },
  )

  it.each(['\n', '\u0000', 'é', '\u200b'])('refuses a secret with %j in it', character => {
    const UPRIGHT_SECRET = `${'s'.repeat(20)}${character}${'s'.repeat(20)}`
    expect(() => readConfig(undefined, { UPRIGHT_SECRET })).toThrow(
      'UPRIGHT_SECRET has a character that is not printable ASCII',
    )
  })

  it('takes on and off, and forms of times, and nothing else', () => {
    const read = (environment: Record<string, string>) => {
      const { demo, logTime, testKeys } = readConfig(undefined, environment)
      return [demo, logTime, testKeys]
    }
    expect(read({ UPRIGHT_DEMO: 'off', UPRIGHT_LOG_TIME: 'iso' })).toEqual([false, 'iso', false])
    expect(read({ UPRIGHT_DEMO: 'on', UPRIGHT_LOG_TIME: 'epoch' })).toEqual([true, 'epoch', false])
    expect(read({ UPRIGHT_TEST_KEYS: 'on' })).toEqual([true, 'epoch', true])
    expect(() => read({ UPRIGHT_TEST_KEYS: 'yes' })).toThrow('but must be one of off, on')
    expect(() => read({ UPRIGHT_DEMO: 'no' })).toThrow('UPRIGHT_DEMO is "no", but must be one of on, off')
    expect(() => read({ UPRIGHT_LOG_TIME: 'utc' })).toThrow('but must be one of epoch, iso')
  })
})
