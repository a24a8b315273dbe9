import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { styleNamed } from '@upright/core'
import { whole } from '../table.ts'
import { solver } from './journeys.ts'

/**
 * Challenges after which the memory is looked at for the first time: what every process makes once is there
 * by then.
 */
const WARM_UP_CHALLENGES = 200_000

/** Issues challenges in this process, and prints what that did to its memory. */
export function issueMany(millions: number): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const memory = () => {
    collect()
    const { rss, heapUsed } = process.memoryUsage()
    return { rss, heapUsed }
  }
  const captcha = solver(randomBytes(32).toString('hex'))
  const style = styleNamed('captchaFR')!
  for (let i = 0; i < WARM_UP_CHALLENGES; i++) captcha.issue(1, style)

  const count = millions * 1e6
  const before = memory()
  const start = performance.now()
  for (let i = 0; i < count; i++) captcha.issue(1, style)
  const seconds = (performance.now() - start) / 1000
  const after = memory()
  const megabytes = (what: 'rss' | 'heapUsed') =>
    `${(before[what] / 1e6).toFixed(1)} MB before, ${(after[what] / 1e6).toFixed(1)} MB after`
  console.log(`${whole(count)} challenges issued and open, ${whole(count / seconds)} a second`)
  console.log(`  resident memory: ${megabytes('rss')}\n  heap: ${megabytes('heapUsed')}`)
}
