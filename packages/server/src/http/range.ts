import { CaptchaError } from '@upright/core'
import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * First and last byte of the one range a header asks for; undefined for everything, `null` when nothing is
 * there.
 */
export function parseRange(header: string, size: number): [first: number, last: number] | null | undefined {
  const match = /^bytes=(\d*)-(\d*)$/i.exec(header.trim())
  const [, from, to] = match ?? []
  // Several ranges, other units and nonsense: RFC 9110 lets a server send everything instead.
  if (!match || (!from && !to)) return undefined
  if (!from) return Number(to) === 0 || size === 0 ? null : [Math.max(0, size - Number(to)), size - 1]
  const first = Number(from)
  const last = to ? Math.min(Number(to), size - 1) : size - 1
  if (to && Number(to) < first) return undefined
  return first < size ? [first, last] : null
}

/** The same bytes as a Buffer, which is what Fastify sends. */
export const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)

/**
 * Sends bytes, or the part of them that was asked for: players seek, and some play nothing that cannot be
 * sought.
 */
export function sendBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  { type, bytes }: { type: string; bytes: Uint8Array },
): FastifyReply {
  reply.header('accept-ranges', 'bytes')
  const { range, 'if-range': condition } = request.headers
  const whole = bufferOf(bytes)
  // No validator is ever given out, so that no condition can hold.
  const wanted = range && !condition && request.method === 'GET' ? parseRange(range, whole.length) : undefined
  if (wanted === undefined) return reply.type(type).send(whole)
  if (wanted === null) {
    reply.header('content-range', `bytes */${whole.length}`)
    throw new CaptchaError('bad_range')
  }
  const [first, last] = wanted
  return reply
    .code(206)
    .type(type)
    .header('content-range', `bytes ${first}-${last}/${whole.length}`)
    .send(whole.subarray(first, last + 1))
}
