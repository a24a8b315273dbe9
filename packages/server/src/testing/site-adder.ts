/**
 * A process of its own that adds sites to a registry and prints the numbers that they got, as JSON.
 * `site-adder.ts FILE SITES`
 */
import { randomBytes } from 'node:crypto'
import { sqliteRegistry } from '../registry/sqlite.ts'

const [file = '', sites = '1'] = process.argv.slice(2)
const registry = await sqliteRegistry({ file, now: Date.now, random: randomBytes })
const added = await Promise.all(Array.from({ length: Number(sites) }, () => registry.addSite('a')))
process.stdout.write(JSON.stringify(added.map(({ site }) => site.id)))
await registry.close()
