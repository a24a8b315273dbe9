/** The worker for SHA-256 and PBKDF2. */
import { plainKernel } from './plain-kernel.ts'
import { hashSearcher, withSimd } from './searchers.ts'
import { serveWorker } from './serve.ts'
import { simdKernel } from './simd-kernel.ts'

// Made before there is a task: it is ready when the first one comes.
const { made: kernel, path } = withSimd(simdKernel, plainKernel)
serveWorker(task => hashSearcher(task, kernel, path))
