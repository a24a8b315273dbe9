// Before any test runs, under `npm test` and `npx vitest` alike: builds what was changed since the last
// build, and installs the third-party clients.
import { build, install, installClients } from './prepare.mjs'

export default async function setup() {
  install()
  await installClients()
  build()
}
