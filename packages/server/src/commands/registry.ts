import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { CaptchaError } from '@upright/core'
import { readConfig } from '../config.ts'
import { openRegistry } from '../open.ts'
import { inFolder } from '../registry/folder.ts'
import type { Registry } from '../registry/registry.ts'

/** Works on the registry of a data folder, which is made when it is missing. */
export async function withRegistry<T>(
  data: string | undefined,
  work: (registry: Registry) => Promise<T>,
): Promise<T> {
  const registry = await openRegistry(readConfig(data))
  try {
    return await work(registry)
  } finally {
    await registry.close()
  }
}

/**
 * Works on the registry of a folder that has one: one that was mistyped is not to become a registry. `lack` says what an empty
 * folder does not hold, and which command puts it there.
 * @throws CaptchaError `data_unusable`
 */
export async function withKnownRegistry<T>(
  data: string | undefined,
  lack: string,
  work: (registry: Registry) => Promise<T>,
): Promise<T> {
  const folder = resolve(readConfig(data).data)
  if (!existsSync(inFolder(folder).registry)) {
    throw new CaptchaError('data_unusable', `${folder} holds ${lack}`)
  }
  return withRegistry(data, work)
}
