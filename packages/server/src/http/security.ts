import type { FastifyReply } from 'fastify'

/** For pages: everything from our own origin, nothing inline, no script text that was not approved. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/** For workers, which obey the policy of their own response: under it, theirs may compile WebAssembly. */
const WORKER_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self'",
].join('; ')

/** For a page that starts workers of ours inside pages of any origin. */
const FRAME_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  'frame-ancestors *',
  "require-trusted-types-for 'script'",
].join('; ')

/** For a page with the widget, inside pages of these origins. */
const widgetPolicy = (ancestors: readonly string[]) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "media-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestors.join(' ')}`,
    "require-trusted-types-for 'script'",
    'trusted-types upright',
  ].join('; ')

/**
 * Puts on a reply the headers that every answer carries; an answer that is no page may load nothing at all.
 */
export function setSecurityHeaders(reply: FastifyReply): FastifyReply {
  return reply
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'same-origin')
    .header('content-security-policy', "default-src 'none'")
}

/** The headers of a page, on top of those every answer carries. */
export function securePage(reply: FastifyReply): FastifyReply {
  return reply
    .header('content-security-policy', PAGE_POLICY)
    .header('cross-origin-opener-policy', 'same-origin')
    .header('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()')
}

/** The headers of a script of a worker. Pages and frames with a policy of embedders may start it. */
export function secureWorker(reply: FastifyReply): FastifyReply {
  return reply
    .header('content-security-policy', WORKER_POLICY)
    .header('cross-origin-embedder-policy', 'require-corp')
}

/** The headers of a page that other pages frame, also those with a policy of embedders. */
function secureFramed(reply: FastifyReply, policy: string): FastifyReply {
  return reply
    .header('content-security-policy', policy)
    .header('cross-origin-embedder-policy', 'require-corp')
    .header('cross-origin-resource-policy', 'cross-origin')
}

/** The headers of a page that any page may frame. */
export const secureFrame = (reply: FastifyReply): FastifyReply => secureFramed(reply, FRAME_POLICY)

/**
 * The headers of a page with the widget, which pages of these origins may frame. None keeps a window of it
 * from the frame that has opened it.
 */
export const secureWidget = (reply: FastifyReply, ancestors: readonly string[]): FastifyReply =>
  secureFramed(reply, widgetPolicy(ancestors))
