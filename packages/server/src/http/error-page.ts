import type { CaptchaError } from '@upright/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { escapeHtml } from './html.ts'
import { labelOf, SERVER_LABEL } from './route-labels.ts'
import { securePage } from './security.ts'
import { varyOn } from './vary.ts'

const WORDS = {
  en: { missing: 'There is nothing at this address', failed: 'This request could not be answered' },
  fr: { missing: 'Il n’y a rien à cette adresse', failed: 'Cette demande n’a pas pu aboutir' },
} as const

/** A page before anything else, without a quality: that is how browsers ask. */
const PAGE_FIRST = /^\s{0,9}text\/html(?=\s{0,9}(?:,|$))/i

/** Whether a browser asks the service itself, and not an API, for something to show to a person. */
export const asksForPage = (request: FastifyRequest): boolean =>
  labelOf(request) === SERVER_LABEL && PAGE_FIRST.test(request.headers.accept ?? '')

/** The way from an address up to the root, also where a proxy has taken a prefix off it. */
const rootFrom = (url: string): string => '../'.repeat(url.split('?', 1)[0]!.split('/').length - 2)

/**
 * Sends an error as a page, in French or English as the browser prefers. The code is for the people who are
 * asked about it.
 */
export function sendErrorPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { code, status, message }: CaptchaError,
): FastifyReply {
  const language = /^fr\b/i.test(request.headers['accept-language'] ?? '') ? 'fr' : 'en'
  const title = status === 404 ? WORDS[language].missing : WORDS[language].failed
  return varyOn(securePage(reply), 'Accept', 'Accept-Language')
    .code(status)
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – Upright</title>
<link rel="icon" href="${rootFrom(request.originalUrl)}favicon.ico" type="image/svg+xml">
</head>
<body>
<main>
<h1>${title}</h1>
<p lang="en">${status} <code>${code}</code>: ${escapeHtml(message)}</p>
</main>
</body>
</html>
`)
}
