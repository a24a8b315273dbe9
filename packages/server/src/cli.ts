#!/usr/bin/env node
import { runCommandLine } from './command-line.ts'

// A failed write to a standard stream ends no process. EPIPE means that the reader has gone (`upright serve
// 2>&1 | head`): commands finish and the service goes on. What else keeps a command from writing its output,
// such as a full disk, is an error of the command.
process.stderr.on('error', () => {})
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return
  process.stderr.write(`upright: the output cannot be written (${error.code})\n`)
  process.once('exit', code => {
    process.exitCode = code || 1
  })
})
// What a command writes is for the user that runs it alone: databases, their logs, secrets, pictures with
// their answers.
process.umask(0o077)
const { code, complaint } = await runCommandLine(process.argv.slice(2))
if (complaint !== undefined) process.stderr.write(`upright: ${complaint}\n`)
process.exitCode = code
