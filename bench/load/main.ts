import { cpus } from 'node:os'
import { runFaults } from './break.ts'
import { runFuzz } from './fuzz/run.ts'
import { issueMany } from './issue.ts'
import { type Options, readOptions } from './options.ts'
import { runValidations } from './validations.ts'
import { runVisits } from './visits.ts'

function read(): Options {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`upright: ${(error as Error).message}`)
    process.exit(2)
  }
}

const options = read()
console.log(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`)
if (options.mode === 'visits') await runVisits(options.visits)
else if (options.mode === 'validations') await runValidations()
else if (options.mode === 'issue') issueMany(options.millions)
else if (options.mode === 'fuzz') await runFuzz(options)
else await runFaults(options.names, options.rate)
