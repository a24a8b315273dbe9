import { readFileSync } from 'node:fs'
import { PACKAGE_FOLDER } from './package-folder.ts'

/** The version of the package, as in its package.json. */
export function readVersion(): string {
  return JSON.parse(readFileSync(new URL('package.json', PACKAGE_FOLDER), 'utf8')).version
}
