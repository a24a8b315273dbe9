import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import type { Finding } from './finding.ts'

/** What was attacked, and on what. */
export interface Circumstances {
  /** The day of the commit that was attacked, and the commit. */
  date: string
  commit: string
  node: string
  cores: number
}

/** What `docs/strength.json` says. */
export interface Strength extends Circumstances {
  found: Finding[]
  /** What this machine could not run, and why. */
  skipped: string[]
}

export const circumstances = (commit = headCommit()): Circumstances => ({
  ...commit,
  node: process.versions.node,
  cores: cpus().length,
})

/** Findings with what they were made of and on. */
export const strengthOf = (found: Finding[], skipped: string[], commit = headCommit()): Strength => ({
  ...circumstances(commit),
  found,
  skipped,
})

/** The commit that is checked out; unknown where this is no clone. */
function headCommit(): Pick<Circumstances, 'date' | 'commit'> {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, {
        cwd: import.meta.dirname,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
    const [date, commit] = git('log', '-1', '--format=%cs %h').trim().split(' ')
    return { date: date!, commit: commit! }
  } catch {
    return { date: 'unknown', commit: 'unknown' }
  }
}
