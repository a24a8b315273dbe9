import type { Exchange } from './client.ts'

/** What the widget puts on show without reading it itself, and its type. */
const MEDIA_TYPES: Record<string, string> = { image: 'image/jpeg', sound: 'audio/x-wav' }

/** Reports what the RoCAPTCHA widget asks of this server on its own, without a change to the widget. */
export function watch(seen: (exchange: Exchange) => void): void {
  const real = window.fetch
  window.fetch = async (...given) => {
    const started = performance.now()
    const response = await real(...given)
    const { pathname, search } = new URL(response.url)
    if (pathname.startsWith('/api/')) {
      const received = await response.clone().text()
      const ms = Math.round(performance.now() - started)
      const type = (response.headers.get('Content-Type') ?? '').split(';')[0] ?? ''
      seen({ method: 'GET', path: pathname + search, status: response.status, ms, type, received })
    }
    return response
  }
  new PerformanceObserver(list => {
    for (const entry of list.getEntries() as PerformanceResourceTiming[]) {
      // Not every browser tells the status.
      const { name, responseStatus: status = 200, duration, decodedBodySize: received } = entry
      const path = new URL(name).pathname
      const type = MEDIA_TYPES[/^\/api\/(\w+)\//.exec(path)?.[1] ?? '']
      if (type) seen({ method: 'GET', path, status, ms: Math.round(duration), type, received })
    }
  }).observe({ type: 'resource' })
}
