import { resolve } from 'node:path'
import { CaptchaError } from '@upright/core'
import { type Config, readConfig } from '../config.ts'
import { closeToOthers } from '../data-folder/permissions.ts'
import { copyRegistry } from '../registry/copy.ts'
import { registryDriverOf } from '../registry/drivers.ts'
import { readArguments, runAction } from './arguments.ts'
import { print } from './print.ts'
import { hasRegistry, tell } from './registry.ts'

/** `upright registry …`: moves everything that a registry holds to another database. */
export const run = (args: string[]): Promise<void> => runAction('registry', { copy }, args)

async function copy(args: string[]): Promise<void> {
  const { values } = readArguments(args, { from: { type: 'string' }, to: { type: 'string' } })
  if (!values.from && !values.to) throw new CaptchaError('usage', 'registry copy needs --from or --to')
  const own = readConfig(values.data)
  const from = values.from ? configOf(values.from) : own
  const to = values.to ? configOf(values.to) : own
  // Nothing is made where a source was mistyped.
  if (!hasRegistry(from)) throw new CaptchaError('copy_refused', `${resolve(from.data)} holds no registry`)
  const source = await openTables(from)
  try {
    const target = await openTables(to)
    try {
      const copied = await copyRegistry(source, target)
      print(
        values.json
          ? JSON.stringify({ from: source.place, to: target.place, ...copied })
          : `copied ${counts(copied)} from ${source.place} to ${target.place}`,
      )
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

/**
 * The configuration that a place stands for: an address, or else a folder.
 * @throws CaptchaError `config_invalid`
 */
const configOf = (place: string): Config =>
  /^\w+:\/\//.test(place) ? readConfig(undefined, { DATABASE_URL: place }) : readConfig(place, {})

async function openTables(config: Config) {
  const driver = registryDriverOf(config)
  const tables = await driver.openTables(config)
  if (!driver.shared) closeToOthers(config.data, tell)
  return tables
}

const counts = (copied: Record<string, number>) =>
  Object.entries(copied)
    .map(([what, count]) => `${count} ${what}${count === 1 ? '' : 's'}`)
    .join(', ')
