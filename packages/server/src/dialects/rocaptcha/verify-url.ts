import { pathOf } from '../../http/routes.ts'

const VERIFY = '/api/verify/'

/**
 * Early clients write what a visitor sent into a verification's address, as it came. An address that leads
 * nowhere has a status on which clients may let the visitor through. So whatever is there is a hash and an
 * angle: a further slash, a `#` and a percent sign that encodes nothing are characters of them.
 */
export function verifyUrl(url: string): string {
  if (!url.startsWith(VERIFY)) return url
  const path = pathOf(url)
  const [hash, ...rest] = path.slice(VERIFY.length).split('/').filter(Boolean)
  if (hash === undefined) return url
  const parts = rest.length === 0 ? [hash] : [hash, rest.join('%2F')]
  return `${VERIFY}${parts.map(part => `${escaped(part)}/`).join('')}${url.slice(path.length)}`
}

function escaped(part: string): string {
  const text = part.replaceAll('#', '%23')
  try {
    decodeURIComponent(text)
    return text
  } catch {
    return text.replaceAll('%', '%25')
  }
}
