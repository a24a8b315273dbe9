/**
 * A process of its own that opens the service over a folder and says what it found. `opener.ts FOLDER [USER]`
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../config.ts'
import { openService } from '../open.ts'

const [data = '', user] = process.argv.slice(2)
// Only now, with everything loaded: the other user may have no access to the folder of this program.
if (user) {
  process.setgid?.(Number(user))
  process.setuid?.(Number(user))
}
try {
  const service = await openService(readConfig(data, {}))
  const sites = await service.registry.sites()
  const secret = readFileSync(join(data, 'secret'), 'utf8')
  process.stdout.write(`${JSON.stringify({ secret, demo: Boolean(service.demo), sites: sites.length })}\n`)
  await service.close()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
