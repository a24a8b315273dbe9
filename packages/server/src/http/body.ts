import type { IncomingMessage } from 'node:http'
import { CaptchaError } from '@upright/core'
import type { FastifyRequest } from 'fastify'

/** Bytes of a body that are read. */
export const BODY_LIMIT = 16 * 1024
/** Bytes of a body too large that are waited for: who is cut off while sending never reads the answer. */
const MAX_DRAINED_BYTES = 2 * 1024 * 1024

/**
 * Hands a body over as text, whatever its content type says: dialects know what they expect.
 * Fails with `body_too_large` past 16 kB.
 */
export function readBody(
  _request: FastifyRequest,
  stream: IncomingMessage,
  done: (error: Error | null, body?: string) => void,
): void {
  collect(stream, BODY_LIMIT, (error, bytes) => (error ? done(error) : done(null, bytes!.toString())))
}

/**
 * The bytes of a body, so many at most.
 * @throws CaptchaError `body_too_large`; `bad_request` when it ends before its end
 */
export const bodyOf = (stream: IncomingMessage, limit: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    collect(stream, limit, (error, bytes) => (error ? reject(error) : resolve(bytes!)))
  })

/** Reads a body to its end without keeping what is beyond its limit. */
function collect(
  stream: IncomingMessage,
  limit: number,
  done: (error: Error | null, bytes?: Buffer) => void,
): void {
  const chunks: Buffer[] = []
  let size = 0
  const tooLarge = () => new CaptchaError('body_too_large', `${limit} bytes at most`)
  const finish = (error: Error | null) => {
    stream.removeListener('data', onData).removeListener('end', onEnd).removeListener('error', onGone)
    if (error) done(error)
    else done(null, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))
  }
  const onData = (chunk: Buffer) => {
    size += chunk.length
    if (size <= limit) chunks.push(chunk)
    else chunks.length = 0
    if (size > limit + MAX_DRAINED_BYTES) finish(tooLarge())
  }
  const onEnd = () => finish(size > limit ? tooLarge() : null)
  const onGone = () => finish(new CaptchaError('bad_request', 'the body was cut short'))
  // Gone before anybody listened: nothing would be heard of it any more.
  if (stream.destroyed) onGone()
  else stream.on('data', onData).on('end', onEnd).on('error', onGone)
}
