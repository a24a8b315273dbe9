// `npm start`: from a fresh clone to a running service.
import { build, install, upright } from './prepare.mjs'

install()
build()
await upright(['serve', ...process.argv.slice(2)])
