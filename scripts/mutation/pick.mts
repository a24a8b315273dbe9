import { readFileSync } from 'node:fs'
import { mutantsOf } from './mutants.ts'
const [f, ...words] = process.argv.slice(2)
for (const x of mutantsOf(readFileSync(f!,'utf8'))) if (words.some(w => `${x.before} => ${x.after}`.includes(w))) console.log(JSON.stringify({before:x.before, after:x.after}))
