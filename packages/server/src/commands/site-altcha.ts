import { randomBytes } from 'node:crypto'
import { readConfig } from '../config.ts'
import { type AltchaKeyOptions, altchaKeyRing } from '../registry/altcha-key.ts'
import type { Registry, Site } from '../registry/registry.ts'
import { print } from './print.ts'
import { knownSecrets } from './secrets.ts'

/**
 * Prints a site's key for plug-ins of ALTCHA: the one that it has, or another. It needs the master secret.
 */
export async function printAltchaKey(
  keyOf: (options: AltchaKeyOptions, site: Site) => Promise<string>,
  registry: Registry,
  site: Site,
  { data, json }: { data?: string; json?: boolean },
): Promise<void> {
  const ring = altchaKeyRing(knownSecrets(readConfig(data)))
  const altchaKey = await keyOf({ registry, ring, random: randomBytes }, site)
  print(json ? JSON.stringify({ id: site.id, altchaKey }) : altchaKey)
}
