import type { IncomingMessage } from 'node:http'
import { CaptchaError } from '@upright/core'
import type { FastifyRequest } from 'fastify'

/** Bytes of a body that are read. */
export const BODY_LIMIT = 16 * 1024
/** Bytes of a body too large that are waited for: who is cut off while sending never reads the answer. */
const DRAIN_LIMIT = 2 * 1024 * 1024

/**
 * Hands a body over as text, whatever its content type says: dialects know what they expect.
 * Fails with `body_too_large` past 16 kB, without keeping what lies beyond.
 */
export function readBody(
  _request: FastifyRequest,
  stream: IncomingMessage,
  done: (error: Error | null, body?: string) => void,
): void {
  const chunks: Buffer[] = []
  let size = 0
  const finish = (error: Error | null) => {
    stream.removeListener('data', onData).removeListener('end', onEnd).removeListener('error', onError)
    if (error) done(error)
    else done(null, chunks.length === 1 ? chunks[0]!.toString() : Buffer.concat(chunks).toString())
  }
  const onData = (chunk: Buffer) => {
    size += chunk.length
    if (size <= BODY_LIMIT) chunks.push(chunk)
    else chunks.length = 0
    if (size > DRAIN_LIMIT) finish(new CaptchaError('body_too_large'))
  }
  const onEnd = () => finish(size > BODY_LIMIT ? new CaptchaError('body_too_large') : null)
  const onError = () => finish(new CaptchaError('bad_request'))
  stream.on('data', onData).on('end', onEnd).on('error', onError)
}
