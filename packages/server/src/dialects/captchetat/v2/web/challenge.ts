import type { CaptchaAnswer } from '../wire.ts'

/** Addresses of a back end, which may be relative and may have a query of their own. */
export function addressOf(backend: string, values: Record<string, string>): string {
  const url = new URL(backend, document.baseURI)
  url.search += `${url.search ? '&' : '?'}${new URLSearchParams(values)}`
  return url.href
}

/** The uuid of a new challenge, once its picture is on show. @throws what is wrong */
export async function fetchChallenge(
  address: string,
  image: HTMLImageElement,
  signal: AbortSignal,
): Promise<string> {
  const response = await fetch(address, {
    headers: { 'Content-Type': 'application/json' },
    cache: 'no-store',
    signal,
  })
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  const { uuid, imageb64 }: CaptchaAnswer = await response.json()
  if (!uuid || !imageb64) throw new Error('no captcha')
  await new Promise((done, fail) => {
    image.onload = done
    image.onerror = signal.onabort = fail
    image.src = imageb64
  })
  return uuid
}
