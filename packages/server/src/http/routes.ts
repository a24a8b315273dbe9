import { CaptchaError } from '@upright/core'
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'

/** Remembers what was registered, to tell a wrong method from a wrong address. */
export interface Routes {
  /** A hook for Fastify's `onRoute`. */
  add(route: RouteOptions): void
  /** Fails with `method_not_allowed`, having said in `Allow` what is, or with `not_found`. */
  refuse(request: FastifyRequest, reply: FastifyReply): never
}

export function createRoutes(): Routes {
  const known = new Map<string, { methods: Set<string>; matches: RegExp }>()

  return {
    add({ url, method }) {
      const entry = known.get(url) ?? { methods: new Set(), matches: pattern(url) }
      for (const name of [method].flat()) entry.methods.add(name)
      known.set(url, entry)
    },
    refuse(request, reply) {
      const path = pathOf(request.url)
      const allowed = [...known.values()].filter(({ matches }) => matches.test(path))
      if (allowed.length === 0) throw new CaptchaError('not_found')
      reply.header('allow', [...new Set(allowed.flatMap(({ methods }) => [...methods]))].sort().join(', '))
      throw new CaptchaError('method_not_allowed')
    },
  }
}

/** The path of a request's address, without the query. */
export function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}

/**
 * The address to route by: slashes in the path collapse, because real clients double them, and an absolute address
 * (RFC 9112 lets a client send one) loses its origin. The query stays as it is.
 */
export function tidyUrl(url: string): string {
  const path = pathOf(url)
  if (path.startsWith('/') && !path.includes('//')) return url
  const tidied = path.replace(/^https?:\/\/[^/]*\/?/i, '/').replace(/\/{2,}/g, '/')
  return tidied + url.slice(path.length)
}

const pattern = (url: string) =>
  new RegExp(
    `^${url
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replace(/:\w+/g, '[^/]+')}$`,
  )
