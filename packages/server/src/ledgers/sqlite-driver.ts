import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { checkDatabaseFile } from '../data-folder/database.ts'
import { inFolder } from '../data-folder/folder.ts'
import { type Finding, failure, ok } from '../finding.ts'
import { clockFinding } from './clock.ts'
import type { LedgerConfig, LedgerDriver } from './driver.ts'
import { sqliteLedger } from './sqlite.ts'

const fileOf = ({ data }: LedgerConfig) => inFolder(resolve(data)).ledger

/** The default: a file in the data folder, which must be there. */
export const sqlite: LedgerDriver = {
  name: 'sqlite',
  variable: 'UPRIGHT_DATA',
  shared: false,
  takes: () => true,
  exists: config => existsSync(fileOf(config)),
  open: async (config, deps) => sqliteLedger({ ...deps, file: fileOf(config) }),
  doctor,
}

async function doctor(config: LedgerConfig): Promise<Finding[]> {
  const file = fileOf(config)
  if (!existsSync(file)) return [clockFinding()]
  try {
    checkDatabaseFile(file)
    const opened = sqliteLedger({ file, now: Date.now })
    try {
      const before = performance.now()
      const first = await opened.claim(`doctor ${randomBytes(16).toString('hex')}`, 1, 'doctor')
      const took = (performance.now() - before).toFixed(1)
      const clock = clockFinding(opened.seenBefore)
      if (first !== undefined) return [clock, failure('ledger', first, 'correct the clock')]
      return [clock, ok('ledger', `a claim in ${took} ms, ${opened.size()} entries, file whole`)]
    } finally {
      await opened.close()
    }
  } catch (error) {
    return [
      failure(
        'ledger',
        error,
        `stop the service, then put back a copy of ${file}, or move it away with its -wal and -shm: ` +
          'spent challenges are then forgotten',
      ),
    ]
  }
}
