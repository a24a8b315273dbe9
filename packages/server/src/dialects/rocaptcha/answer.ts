import type { FastifyReply, FastifyRequest } from 'fastify'
import { parameter } from '../../http/query.ts'
import { sendAnswer } from '../answering.ts'
import type { StatusAnswer } from './wire.ts'

/** A path of identifiers that a page may name as its function: letters, digits, `_`, `$` and dots. */
const CALLBACK = /^[a-z_$][\w$]*(?:\.[a-z_$][\w$]*)*$/i
const MAX_CALLBACK_LENGTH = 64

/**
 * A value as a literal of JavaScript, in ASCII, that may also stand in HTML: nothing in it ends a script, a
 * line or an attribute, and it reads the same in every charset.
 */
export const literal = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>&'\u007f-\uffff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** Whether a page asks for a script (JSONP), and whether the function it names is one. */
export function callbackOf(request: FastifyRequest): { name: string; good: boolean } {
  const name = parameter(request, 'callback')
  return { name, good: name === '' || (name.length <= MAX_CALLBACK_LENGTH && CALLBACK.test(name)) }
}

/** Sends an answer to a page: as JSON, or as a script that calls the function it names. */
export function sendToPage(request: FastifyRequest, reply: FastifyReply, answer: StatusAnswer): FastifyReply {
  const { name, good } = callbackOf(request)
  if (name === '' || !good) return sendAnswer(reply, answer)
  return (
    reply
      .code(200)
      .header('cache-control', 'no-store')
      .type('text/javascript; charset=utf-8')
      // The comment keeps the function's name from being the file's first bytes, which old plugins took for
      // their own.
      .send(`/**/${name}(${literal(answer)});`)
  )
}
