import { describe, expect, it } from 'vitest'
import { readConfig, withFlags } from './config.ts'

describe('the configuration', () => {
  it('has a default for everything but secrets', () => {
    expect(readConfig(undefined, {})).toEqual({
      data: './data',
      secret: undefined,
      previousSecret: undefined,
      port: 8080,
      host: '127.0.0.1',
      trustedProxies: 0,
      seasonDays: 7,
      logLevel: 'info',
    })
  })

  it('puts flags before the environment', () => {
    const config = readConfig('here', { UPRIGHT_DATA: 'there', PORT: '1', HOST: 'a' })
    expect(withFlags(config, { port: '2', host: 'b' })).toMatchObject({ data: 'here', port: 2, host: 'b' })
    expect(withFlags(config, {})).toMatchObject({ data: 'here', port: 1, host: 'a' })
  })

  it.each(['PORT', 'UPRIGHT_TRUST_PROXY', 'LOG_LEVEL'])(
    'names %s and its value when it makes no sense',
    name => {
      expect(() => readConfig(undefined, { [name]: '-1x' })).toThrow(`${name} is "-1x", but must be`)
      expect(() => withFlags(readConfig(undefined, {}), { port: '65536' })).toThrow('--port is "65536"')
    },
  )

  it.each(['UPRIGHT_SECRET', 'UPRIGHT_PREVIOUS_SECRET'])('never repeats what %s was set to', name => {
    expect(() => readConfig(undefined, { [name]: 'hunter2' })).toThrow(`${name} has 7 characters`)
    expect(() => readConfig(undefined, { [name]: 'hunter2' })).not.toThrow('hunter2')
  })
})
