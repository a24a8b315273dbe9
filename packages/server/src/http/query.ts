import type { FastifyRequest } from 'fastify'

/** A query parameter that is given once, or the empty text. */
export function parameter({ query }: FastifyRequest, name: string): string {
  const value = (query as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : ''
}
