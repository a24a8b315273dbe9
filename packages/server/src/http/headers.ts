import type { IncomingMessage } from 'node:http'
import { CaptchaError } from '@upright/core'

/**
 * Characters of one header that are read: as many as of an address, and as other web servers read of a line.
 */
const MAX_HEADER_LENGTH = 8 * 1024
/**
 * What a request may say once: where two of them differ, a proxy may judge by one and we by the other. Node
 * itself refuses a second `Content-Length`, and joins what is repeated of other headers that are read.
 */
const UNREPEATABLE_HEADERS = ['authorization', 'host']

/**
 * Error of a request's headers: `header_too_large`, or `bad_request` where it has two hosts or credentials.
 */
export function refuseHeaders({ headers, rawHeaders }: IncomingMessage): CaptchaError | undefined {
  let names = 0
  for (const name in headers) {
    names++
    if (headers[name]!.length > MAX_HEADER_LENGTH) return new CaptchaError('header_too_large')
  }
  // As many names as headers: none is repeated.
  if (2 * names === rawHeaders.length) return undefined
  const given = rawHeaders.filter((_, i) => i % 2 === 0).map(name => name.toLowerCase())
  const twice = UNREPEATABLE_HEADERS.find(name => given.indexOf(name) !== given.lastIndexOf(name))
  return twice === undefined ? undefined : new CaptchaError('bad_request', `${twice} is given twice`)
}
