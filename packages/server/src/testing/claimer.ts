/**
 * A process of its own over a ledger: claims `key 0` … `key n − 1`, says how many it was first with, and then
 * does nothing until it is killed. `claimer.ts FILE N VALUE`
 */
import { sqliteLedger } from '../ledgers/sqlite.ts'

const [file = '', n = '1', value = ''] = process.argv.slice(2)
const ledger = sqliteLedger({ file, now: () => 1_800_000_000_000 })
let first = 0
for (let i = 0; i < Number(n); i += 10) {
  const keys = Array.from({ length: Math.min(10, Number(n) - i) }, (_, j) => `key ${i + j}`)
  const results = await Promise.all(keys.map(key => ledger.claim(key, 60, value)))
  first += results.filter(result => result === undefined).length
}
process.stdout.write(`${first}\n`)
process.stdin.resume()
