import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import { createMetrics } from '../../telemetry/metrics.ts'
import { listenForMetrics } from '../../telemetry/metrics-listener.ts'
import {
  collector,
  connections,
  givenSecret,
  metricsAddress,
  misspelt,
  ownNames,
  processes,
} from './settings.ts'

describe('variables that nothing reads', () => {
  it('are named with what may be meant', () => {
    const environment = {
      UPRIGHT_DATA: '/data',
      UPRIGHT_TRUSTED_PROXY: '1',
      UPRIGTH_SECRET: 'x',
      UPRIGHT_HELLO: '',
      LOG_LEVLE: 'info',
      OTEL_EXPORTER_OTLP_ENDPIONT: 'x',
      PATH: '/bin',
      PORTS: '1',
      LANGUAGE: 'fr',
    }
    expect(misspelt(environment).map(({ state, found, fix }) => [state, found, fix])).toEqual([
      ['warn', 'UPRIGHT_TRUSTED_PROXY is read by nothing', 'is UPRIGHT_TRUST_PROXY meant?'],
      ['warn', 'UPRIGTH_SECRET is read by nothing', 'is UPRIGHT_SECRET meant?'],
      ['warn', 'UPRIGHT_HELLO is read by nothing', expect.stringMatching(/^is UPRIGHT_\w+ meant\?$/)],
      ['warn', 'LOG_LEVLE is read by nothing', 'is LOG_LEVEL meant?'],
      ['warn', 'OTEL_EXPORTER_OTLP_ENDPIONT is read by nothing', 'is OTEL_EXPORTER_OTLP_ENDPOINT meant?'],
    ])
  })

  it('are not those that Kubernetes sets for a service called upright', () => {
    const links = {
      UPRIGHT_SERVICE_HOST: '10.0.0.1',
      UPRIGHT_SERVICE_PORT: '80',
      UPRIGHT_SERVICE_PORT_HTTP: '80',
      UPRIGHT_PORT: 'tcp://10.0.0.1:80',
      UPRIGHT_PORT_80_TCP: 'tcp://10.0.0.1:80',
      UPRIGHT_PORT_80_TCP_PROTO: 'tcp',
      UPRIGHT_PORT_80_TCP_PORT: '80',
      UPRIGHT_PORT_80_TCP_ADDR: '10.0.0.1',
      UPRIGHT_METRICS_SERVICE_HOST: '10.0.0.2',
      UPRIGHT_METRICS_PORT: 'tcp://10.0.0.2:9090',
    }
    expect(misspelt(links)).toEqual([])
    expect(misspelt({ UPRIGHT_PORT: '8080' })).toHaveLength(1)
  })

  it('are none where all is well', () => {
    expect(misspelt({ UPRIGHT_DATA: '/data', PORT: '1', LOG_LEVEL: 'warn' })).toEqual([])
  })
})

describe('a secret of the configuration', () => {
  const hex = () => randomBytes(32).toString('hex')
  const state = (secret: string, previous?: string) =>
    givenSecret('master secret', secret, { previousSecret: previous }).state

  it('is well when chance made it', () => {
    const made = [hex(), randomBytes(24).toString('base64'), randomBytes(16).toString('hex')]
    expect(made.map(secret => state(secret))).toEqual(['ok', 'ok', 'ok'])
    expect(givenSecret('s', hex(), { previousSecret: hex(), nextSecret: hex() }).found).toBe(
      'from UPRIGHT_SECRET, UPRIGHT_PREVIOUS_SECRET is accepted too, UPRIGHT_NEXT_SECRET is accepted too',
    )
  })

  it('is an error, and never repeated, when it does not exist', () => {
    for (const secret of [
      'a'.repeat(64),
      'changeme'.repeat(8),
      '1234567890'.repeat(4),
      `${'0'.repeat(40)}hunter2`,
    ]) {
      const finding = givenSecret('s', secret)
      expect([secret, finding.state]).toEqual([secret, 'warn'])
      expect(JSON.stringify(finding)).not.toContain(secret)
      expect(finding.fix).toContain('openssl rand')
    }
  })

  it('is not its own predecessor', () => {
    const secret = hex()
    expect(state(secret, secret)).toBe('warn')
    expect(givenSecret('s', secret, { nextSecret: secret }).state).toBe('warn')
  })
})

describe('workers', () => {
  it('are well up to one a core', () => {
    const cores = availableParallelism()
    expect([1, cores, cores + 1].map(workers => processes({ workers })[0]!.state)).toEqual([
      'ok',
      'ok',
      'warn',
    ])
  })
})

describe('connections', () => {
  it('are well when each process may open its share of them, and what else it needs', () => {
    const state = (workers: number, limit: number | undefined) =>
      connections({ maxConnections: 10_000, workers }, limit)[0]!.state
    expect([state(1, 10_200), state(4, 2700), state(1, undefined)]).toEqual(['ok', 'ok', 'ok'])
    expect([state(1, 10_199), state(4, 2699)]).toEqual(['warn', 'warn'])
  })

  it('are told with the number that would do', () => {
    expect(connections({ maxConnections: 10_000, workers: 2 }, 1024)).toEqual([
      {
        state: 'warn',
        name: 'connections',
        found: '5000 of a process, 1024 open files',
        fix: 'raise ulimit -n, or set UPRIGHT_MAX_CONNECTIONS to 1648',
      },
    ])
  })

  it('are compared with the limit of this process', () => {
    expect(connections({ maxConnections: 1, workers: 1 })[0]!.found).toMatch(
      /^1 of a process, (\d+|any number of) open files$/,
    )
  })
})

describe('the names of the service', () => {
  it('are asked for where a proxy stands in front', () => {
    const state = (hosts: string[], trustedProxies: number) =>
      ownNames({ hosts, trustedProxies }).map(({ state, found }) => [state, found])
    expect(state(['captcha.example.org', '[::1]'], 1)).toEqual([['ok', 'captcha.example.org, [::1]']])
    expect(state([], 0)).toEqual([])
    expect(state([], 1)).toEqual([['warn', 'pages of any name that a request gives count as our own']])
  })
})

describe('where metrics and traces go', () => {
  const open: { close(): unknown }[] = []
  afterEach(async () => {
    for (const server of open.splice(0)) await server.close()
  })
  const serve = async (status: number) => {
    const server = createServer((_request, reply) => reply.writeHead(status).end('{}'))
    open.push(server)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  it('is not looked at when they go nowhere', async () => {
    expect([await metricsAddress({ metrics: undefined }), await collector({ traces: undefined })]).toEqual([
      [],
      [],
    ])
  })

  it('is well when it is free, and when it is ours already', async () => {
    const free = await metricsAddress({ metrics: { host: '127.0.0.1', port: 0 } })
    expect(free[0]).toMatchObject({ state: 'ok', found: 'will be shown at 127.0.0.1:0' })
    const listener = await listenForMetrics({ host: '127.0.0.1', port: 0 }, createMetrics('1').render)
    open.push(listener)
    const taken = await metricsAddress({ metrics: { host: '127.0.0.1', port: listener.port } })
    expect(taken[0]).toMatchObject({ state: 'ok', found: `shown at 127.0.0.1:${listener.port}` })
  })

  it('is not well when somebody else is there, or it is not of this machine', async () => {
    const port = await serve(200)
    expect((await metricsAddress({ metrics: { host: '127.0.0.1', port } }))[0]?.state).toBe('fail')
    expect((await metricsAddress({ metrics: { host: '256.0.0.1', port: 0 } }))[0]?.state).toBe('fail')
  })

  it('is a collector that takes what it is sent', async () => {
    const ask = async (port: number) => {
      const endpoint = `http://127.0.0.1:${port}`
      const [finding] = await collector({
        traces: { endpoint, headers: { key: 'hush' }, name: 'u', ratio: 1 },
      })
      expect(JSON.stringify(finding)).not.toContain('hush')
      return finding!
    }
    expect((await ask(await serve(200))).state).toBe('ok')
    expect(await ask(await serve(401))).toMatchObject({
      state: 'warn',
      found: expect.stringMatching(/ answers 401$/),
    })
    expect(await ask(1)).toMatchObject({ state: 'warn', found: 'http://127.0.0.1:1 answers nothing' })
  })
})
