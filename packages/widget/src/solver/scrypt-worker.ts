/** The worker for scrypt. */
import { plainMixer } from './plain-mixer.ts'
import { scryptSearcher, withSimd } from './searchers.ts'
import { serveWorker } from './serve.ts'
import { simdMixer } from './simd-mixer.ts'

serveWorker(task => {
  const { cost, memory } = task
  const { made, path } = withSimd(
    () => simdMixer(cost, memory),
    () => plainMixer(cost, memory),
  )
  return scryptSearcher(task, made, path)
})
