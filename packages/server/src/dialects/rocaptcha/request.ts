import type { FastifyRequest } from 'fastify'

/**
 * A call's address with a slash at its end, and without the prefix `/rocaptcha` of early clients. Other
 * addresses stay as they are.
 */
export const spelledUrl = (url: string): string =>
  url.replace(
    /^(?:\/rocaptcha)?(\/api\/(?:js|work|form|generate|image|sound|animal|verify)(?:\/[^?/]+)*)\/?(?=\?|$)/,
    '$1/',
  )

/**
 * The parameter `error`, which pages put into the address unencoded: an ampersand ends it only where another
 * parameter begins, a percent sign may be one, and bytes that are no UTF-8 become U+FFFD.
 */
export function errorText(url: string): string {
  const [, text = ''] = /[?&]error=(.*?)(?=&\w+=|$)/s.exec(url) ?? []
  const bytes = text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}

const SESSION = 'sessionid='

/** Every way to read the cookie `sessionid`, as it stands and decoded; none when there is none. */
export function sessionsOf({ headers }: FastifyRequest): string[] {
  const cookie = sessionIn(headers.cookie ?? '')
  if (!cookie) return []
  try {
    return [cookie, decodeURIComponent(cookie)]
  } catch {
    return [cookie]
  }
}

/** The value of the first `sessionid` that is well formed, without the quotation marks around it. */
function sessionIn(cookies: string): string | undefined {
  // Cut and trimmed in code: an expression that skips spaces in several places takes cubic time for a run of
  // them.
  return cookies
    .split(';')
    .map(pair => pair.trim())
    .filter(pair => pair.startsWith(SESSION))
    .map(pair => pair.slice(SESSION.length).trim().replace(/^"|"$/g, ''))
    .find(value => !value.includes('"'))
}
