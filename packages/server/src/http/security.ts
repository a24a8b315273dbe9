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

/** For a page with a form and without scripts, in pages of some origins. */
const formPolicy = (ancestors: readonly string[]) =>
  [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "media-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${ancestors.join(' ')}`,
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

/** The headers of a page that any page may frame, one with a policy of embedders too. */
export function secureFrame(reply: FastifyReply): FastifyReply {
  return framed(reply).header('content-security-policy', FRAME_POLICY)
}

/** The headers of a form without scripts, which pages of these sources may frame. */
export function secureForm(reply: FastifyReply, ancestors: readonly string[]): FastifyReply {
  return framed(reply).header('content-security-policy', formPolicy(ancestors))
}

/**
 * The headers of a page with the widget, which pages of these sources may frame. None keeps a window of it
 * from the frame that has opened it.
 */
export function secureWidget(reply: FastifyReply, ancestors: readonly string[]): FastifyReply {
  return framed(reply).header('content-security-policy', widgetPolicy(ancestors))
}

/** What lets a page with a policy of embedders frame an answer. */
const framed = (reply: FastifyReply) =>
  reply
    .header('cross-origin-embedder-policy', 'require-corp')
    .header('cross-origin-resource-policy', 'cross-origin')
