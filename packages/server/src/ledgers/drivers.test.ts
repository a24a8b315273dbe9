import { describe, expect, it } from 'vitest'
import { readConfig } from '../config.ts'
import { checkSharedSecret, ledgerDriverOf } from './drivers.ts'

const UPRIGHT_SECRET = 's'.repeat(32)
const REDIS_URLS = [
  'redis://127.0.0.1:6379',
  'rediss://127.0.0.1:6379',
  'redis+sentinel://a:1,b:2/main',
  'redis+cluster://a:1,b:2',
]

describe('the driver of a ledger', () => {
  it('is the file of the data folder when nothing selects another', () => {
    for (const environment of [{}, { REDIS_URL: '' }]) {
      expect(ledgerDriverOf(readConfig('data', environment))).toMatchObject({ name: 'sqlite', shared: false })
    }
  })

  it.each(REDIS_URLS)('is Redis with %s, and shared', REDIS_URL => {
    const config = readConfig('data', { REDIS_URL })
    expect(ledgerDriverOf(config)).toMatchObject({ name: 'redis', shared: true })
    expect(() => checkSharedSecret(config)).toThrow('REDIS_URL is set, but UPRIGHT_SECRET is not')
    expect(() => checkSharedSecret(readConfig('data', { REDIS_URL, UPRIGHT_SECRET }))).not.toThrow()
  })

  it('needs no secret of the configuration when nodes do not share it', () => {
    expect(() => checkSharedSecret(readConfig('data', {}))).not.toThrow()
  })
})
