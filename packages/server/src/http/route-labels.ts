import type { FastifyInstance, FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The label of the route in metrics and traces. */
    label?: string
  }
}

/** The label of routes that belong to the service itself, and of addresses that lead nowhere. */
export const SERVER_LABEL = 'server'

/**
 * Labels every route that is registered on a scope from now on, and on scopes within it. The innermost label
 * counts.
 */
export function labelRoutes(scope: FastifyInstance, label: string): void {
  scope.addHook('onRoute', route => {
    route.config = { ...route.config, label }
  })
}

/** The label of the route that a request matched. */
export const labelOf = ({ routeOptions }: FastifyRequest): string =>
  routeOptions.config?.label ?? SERVER_LABEL
