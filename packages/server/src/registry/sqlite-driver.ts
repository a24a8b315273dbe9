import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { checkDatabaseFile } from '../data-folder/database.ts'
import { inFolder, makeFolder } from '../data-folder/folder.ts'
import { failure, ok } from '../finding.ts'
import type { RegistryConfig, RegistryDriver } from './driver.ts'
import { sqliteRegistry, sqliteTables } from './sqlite.ts'

const fileOf = ({ data }: RegistryConfig) => inFolder(resolve(data)).registry

/** The default: a file in the data folder; both are made when they are missing. */
export const sqlite: RegistryDriver = {
  name: 'sqlite',
  shared: false,
  takes: () => true,
  exists: config => existsSync(fileOf(config)),
  async open(config, { now, random, repeat, onLost, observe }) {
    makeFolder(config.data)
    return sqliteRegistry({ file: fileOf(config), now, random, repeat, onLost, observe })
  },
  async openTables(config) {
    makeFolder(config.data)
    return sqliteTables(fileOf(config))
  },
  async doctor(config, contents) {
    const file = fileOf(config)
    if (!existsSync(file)) return []
    try {
      checkDatabaseFile(file)
      makeFolder(config.data)
      const opened = await sqliteRegistry({ file, now: Date.now, random: randomBytes })
      try {
        const { summary, findings } = await contents(opened)
        return [ok('registry', `${summary}, file whole`), ...findings]
      } finally {
        await opened.close()
      }
    } catch (error) {
      return [failure('registry', error, `stop the service, then put back a copy of ${file}`)]
    }
  },
}
