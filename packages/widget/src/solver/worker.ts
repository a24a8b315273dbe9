/** The worker for SHA-256 and PBKDF2. */
import { plainKernel } from './plain-kernel.ts'
import { hashSearcher, withSimd } from './searchers.ts'
import { serveWorker } from './serve.ts'
import { simdKernel } from './simd-kernel.ts'

serveWorker(task => {
  const { made, path } = withSimd(simdKernel, plainKernel)
  return hashSearcher(task, made, path)
})
