import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readConfig } from '../config.ts'
import { freshFolder } from '../testing/folder.ts'
import { registryDriverOf } from './drivers.ts'

it('is the file of the data folder when nothing selects another, and is not there before it is made', () => {
  const config = readConfig(join(freshFolder(), 'data'), { DATABASE_URL: '' })
  const driver = registryDriverOf(config)
  expect(driver).toMatchObject({ name: 'sqlite', shared: false })
  expect(driver.exists(config)).toBe(false)
})

it('is PostgreSQL with DATABASE_URL, shared, and not asked whether it is there', () => {
  const config = readConfig('data', { DATABASE_URL: 'postgres://upright@127.0.0.1:1/upright' })
  const driver = registryDriverOf(config)
  expect(driver).toMatchObject({ name: 'postgres', shared: true })
  expect(driver.exists(config)).toBe(true)
})
