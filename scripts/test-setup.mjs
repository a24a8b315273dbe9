// Before any test runs, under `npm test` and `npx vitest` alike: builds what was changed since the last build.
import { build, install } from './prepare.mjs'

export default function setup() {
  install()
  build()
}
