import type { RegistryConfig, RegistryDriver } from './driver.ts'
import { postgres } from './postgres-driver.ts'
import { sqlite } from './sqlite-driver.ts'

/**
 * Every registry driver. To add one: its file, and its name here, before the default, which takes every
 * configuration.
 */
const registryDrivers: readonly RegistryDriver[] = [postgres, sqlite]

/** The driver that a configuration selects. */
export const registryDriverOf = (config: RegistryConfig): RegistryDriver =>
  registryDrivers.find(driver => driver.takes(config))!
