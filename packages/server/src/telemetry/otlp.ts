/** Spans over the wire: OTLP 1.x over HTTP, in its JSON encoding. */
import type { TraceTarget } from '../config.ts'

/** A span: one step of a request. */
export interface Span {
  /** 32 hexadecimal digits. */
  traceId: string
  /** 16 hexadecimal digits. */
  spanId: string
  parentSpanId: string | undefined
  name: string
  /** OTLP's numbers: inside the process, answering somebody, asking somebody. */
  kind: 1 | 2 | 3
  /** Milliseconds since 1970, with fractions. */
  start: number
  end: number
  attributes: Record<string, string | number>
  failed: boolean
}

/** Sends spans on in batches. A collector that is away costs nothing but its spans. */
export interface SpanSender {
  send(span: Span): void
  /** Sends what has gathered, and waits until all of it is sent or lost. Never rejects. */
  close(): Promise<void>
}

/**
 * Milliseconds between two batches, spans of one at the most, and spans that may wait: the defaults of
 * OpenTelemetry.
 */
const EXPORT_INTERVAL_MS = 5000
const MAX_BATCH_SPANS = 512
const MAX_QUEUED_SPANS = 2048
/** Milliseconds that a collector has to take a batch. */
const TIMEOUT_MS = 10_000

/** Where a collector takes traces; its own address may end with slashes. */
export function tracesUrl(endpoint: string): string {
  let end = endpoint.length
  while (endpoint[end - 1] === '/') end--
  return `${endpoint.slice(0, end)}/v1/traces`
}

/** Sends to a collector as a service of this version; `warn` takes a line when it stops taking spans. */
export function createSender(target: TraceTarget, version: string, warn: (line: string) => void): SpanSender {
  const url = tracesUrl(target.endpoint)
  const resource = { attributes: attributesOf({ 'service.name': target.name, 'service.version': version }) }
  const scope = { name: 'upright', version }
  let waiting: Span[] = []
  let failing = false
  let work: Promise<void> = Promise.resolve()

  const post = async (spans: Span[]) => {
    const body = { resourceSpans: [{ resource, scopeSpans: [{ scope, spans: spans.map(wireOf) }] }] }
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { ...target.headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      await answer.arrayBuffer()
      if (!answer.ok) throw new Error(`status ${answer.status}`)
      failing = false
    } catch (error) {
      if (!failing)
        warn(`traces cannot be sent to ${new URL(url).origin} for now, and are lost: ${reasonOf(error)}`)
      failing = true
    }
  }
  const flush = () => {
    const spans = waiting.splice(0, MAX_BATCH_SPANS)
    // One after the other: what comes in while a collector is slow waits, and past the bound is lost.
    if (spans.length > 0) work = work.then(() => post(spans))
    return work
  }
  const timer = setInterval(flush, EXPORT_INTERVAL_MS).unref()

  return {
    send(span) {
      if (waiting.length >= MAX_QUEUED_SPANS) waiting = waiting.slice(MAX_BATCH_SPANS)
      waiting.push(span)
      if (waiting.length === MAX_BATCH_SPANS) flush()
    },
    async close() {
      clearInterval(timer)
      while (waiting.length > 0) await flush()
      await work
    },
  }
}

const reasonOf = (error: unknown) => {
  const { message, cause } = error as Error
  return cause instanceof Error ? cause.message : message
}

const attributesOf = (attributes: Record<string, string | number>) =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }))

/** Nanoseconds since 1970 as digits, to the microsecond: as a number they would not fit. */
const nanoseconds = (time: number) => `${Math.round(time * 1000)}000`

const wireOf = ({ traceId, spanId, parentSpanId, name, kind, start, end, attributes, failed }: Span) => ({
  traceId,
  spanId,
  ...(parentSpanId !== undefined && { parentSpanId }),
  name,
  kind,
  startTimeUnixNano: nanoseconds(start),
  endTimeUnixNano: nanoseconds(end),
  attributes: attributesOf(attributes),
  status: failed ? { code: 2 } : {},
})
