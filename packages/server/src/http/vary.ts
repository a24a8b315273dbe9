import type { FastifyReply } from 'fastify'

/** Adds to `Vary` the request headers that an answer depends on, beside those that are in it. */
export const varyOn = (reply: FastifyReply, ...headers: string[]): FastifyReply =>
  reply.header('vary', [reply.getHeader('vary'), ...headers].filter(Boolean).join(', '))
