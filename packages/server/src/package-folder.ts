import { existsSync } from 'node:fs'

/** The folder of this package, for code anywhere in it: sources, built modules or the bundled program. */
export const PACKAGE_FOLDER = above(import.meta.url)

function above(file: string): URL {
  const folder = new URL('./', file)
  return existsSync(new URL('package.json', folder)) ? folder : above(new URL('..', folder).href)
}
