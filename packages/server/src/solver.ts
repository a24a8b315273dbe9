import type { FastifyInstance } from 'fastify'
import { type Files, sendFile } from './http/files.ts'
import { secureFrame, secureWorker } from './http/security.ts'

/** What solves work in browsers: two scripts of workers, and the frame that starts them for other origins. */
export function solver(app: FastifyInstance, files: Files): void {
  for (const name of ['solver-worker.js', 'solver-scrypt.js']) {
    app.get(`/upright/v1/${name}`, (request, reply) =>
      sendFile(files, `solver/${name}`, request, secureWorker(reply)),
    )
  }
  app.get('/upright/v1/solver', (request, reply) =>
    sendFile(files, 'solver/frame.html', request, secureFrame(reply)),
  )
  app.get('/upright/v1/solver-frame.js', (request, reply) =>
    sendFile(files, 'solver/solver-frame.js', request, reply),
  )
}
