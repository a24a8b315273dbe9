import { resolve } from 'node:path'
import { CaptchaError } from '@upright/core'
import { type Config, readConfig } from '../config.ts'
import { closeToOthers } from '../data-folder/permissions.ts'
import { openRegistry } from '../open.ts'
import { registryDriverOf } from '../registry/drivers.ts'
import type { Registry } from '../registry/registry.ts'

/** Writes a line for the operator. */
export const tell = (line: string) => process.stderr.write(`upright: ${line}\n`)

/** Whether there is a registry; a server is not asked. */
export const hasRegistry = (config: Config): boolean => registryDriverOf(config).exists(config)

/** Works on the shared registry, or on that of a data folder, which is made when it is missing. */
export async function withRegistry<T>(
  data: string | undefined,
  work: (registry: Registry) => Promise<T>,
): Promise<T> {
  const config = readConfig(data)
  const registry = await openRegistry(config)
  try {
    if (!registryDriverOf(config).shared) closeToOthers(config.data, tell)
    return await work(registry)
  } finally {
    await registry.close()
  }
}

/**
 * Works on the registry of a folder that has one: one that was mistyped is not to become a registry. `lack`
 * says what an empty folder does not hold, and which command puts it there.
 * @throws CaptchaError `data_unusable`
 */
export async function withKnownRegistry<T>(
  data: string | undefined,
  lack: string,
  work: (registry: Registry) => Promise<T>,
): Promise<T> {
  const config = readConfig(data)
  if (!hasRegistry(config)) {
    throw new CaptchaError('data_unusable', `${resolve(config.data)} holds ${lack}`)
  }
  return withRegistry(data, work)
}
