// `npx upright …`: the command line of the service, built when it is not.
import { build, install, upright } from './prepare.mjs'

install()
build()
await upright(process.argv.slice(2))
