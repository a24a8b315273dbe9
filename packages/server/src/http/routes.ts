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
  const known = new Map<string, { methods: Set<string>; parts: string[] }>()

  return {
    add({ url, method }) {
      const entry = known.get(url) ?? { methods: new Set(), parts: url.split('/') }
      for (const name of [method].flat()) entry.methods.add(name)
      known.set(url, entry)
    },
    refuse(request, reply) {
      const path = pathOf(request.url).split('/')
      const allowed = [...known.values()].filter(({ parts }) => fits(path, parts))
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
 * The address to route by: slashes in the path collapse, because real clients double them, and an absolute
 * address (RFC 9112 lets a client send one) loses its origin. The query stays as it is.
 */
export function normalizeUrl(url: string): string {
  const path = pathOf(url)
  if (path.startsWith('/') && !path.includes('//')) return url
  const tidied = path.replace(/^https?:\/\/[^/]*\/?/i, '/').replace(/\/{2,}/g, '/')
  return tidied + url.slice(path.length)
}

/**
 * Whether the parts of a path are those of a route; `*`, which may only be the last of a route, is any number
 * of them.
 */
function fits(path: string[], route: string[]): boolean {
  if (route.at(-1) !== '*' && path.length !== route.length) return false
  return (
    path.length >= route.length &&
    route.every((part, i) => part === '*' || (part.startsWith(':') ? path[i] !== '' : path[i] === part))
  )
}
