// `npm run build`: the packages and the pages, installed first when they are not.
import { build, install } from './prepare.mjs'

install()
build()
