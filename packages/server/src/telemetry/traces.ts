import { AsyncLocalStorage } from 'node:async_hooks'
import { CaptchaError } from '@upright/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { labelOf } from '../http/route-labels.ts'
import type { Span, SpanSender } from './otlp.ts'

/** Traces of requests and their spans. Nothing in them identifies a visitor. */
export interface Traces {
  /** Traces every request of an app. */
  follow(app: FastifyInstance): void
  /** Does some work as a step of the request that is under way, if one is. */
  within<T>(name: string, kind: Span['kind'], work: () => T): T
  /** Notes for which site the request under way is. */
  site(site: number): void
  /** Sends what has gathered. */
  close(): Promise<void>
}

/** Options of `createTraces`. */
export interface TraceOptions {
  sender: SpanSender
  /** The share of requests that are traced, 0 … 1, unless the `traceparent` of a request decides. */
  ratio: number
  /** n fresh random bytes. */
  random: (n: number) => Buffer
}

/** A request's span, or what is remembered of one that is not traced: nothing. */
type Current = Span | undefined

/** W3C Trace Context, version 00 and what later ones may add: trace, parent, flags. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/

const clock = () => performance.timeOrigin + performance.now()

/** Traces that go to a sender. One closure: hooks of a request and calls within it share the current span. */
export function createTraces({ sender, ratio, random }: TraceOptions): Traces {
  const storage = new AsyncLocalStorage<Current>()
  const requests = new WeakMap<FastifyRequest, Span>()

  const begin = (
    name: string,
    kind: Span['kind'],
    traceId: string,
    parentSpanId: string | undefined,
  ): Span => ({
    traceId,
    spanId: random(8).toString('hex'),
    parentSpanId,
    name,
    kind,
    start: clock(),
    end: 0,
    attributes: {},
    failed: false,
  })
  const finish = (span: Span) => {
    span.end = clock()
    sender.send(span)
  }

  /** A new request's span, unless it is one of those that are left out. */
  const receive = ({ headers, method }: FastifyRequest): Current => {
    const [, traceId, parent, flags] = TRACEPARENT.exec(String(headers.traceparent)) ?? []
    if (traceId !== undefined) {
      const sampled = (Number.parseInt(flags!, 16) & 1) === 1
      return sampled ? begin(method, 2, traceId, parent) : undefined
    }
    const fresh = random(16)
    // The id decides, as in other services, so that nothing but it has to be passed on.
    const chosen = fresh.readUInt32BE(12) < ratio * 2 ** 32
    return chosen ? begin(method, 2, fresh.toString('hex'), undefined) : undefined
  }

  return {
    follow(app) {
      app.addHook('onRequest', (request, _reply, done) => {
        const span = receive(request)
        if (!span) return done()
        requests.set(request, span)
        storage.run(span, done)
      })
      // What a body's last bytes bring about does not know of the request that began with its first.
      app.addHook('preValidation', (request, _reply, done) => {
        const span = requests.get(request)
        if (span) storage.run(span, done)
        else done()
      })
      app.addHook('onResponse', (request, reply, done) => {
        const span = requests.get(request)
        if (span) {
          const route = request.routeOptions.url ?? 'none'
          const { statusCode } = reply
          span.name = `${request.method} ${route}`
          span.failed = statusCode >= 500
          Object.assign(span.attributes, {
            'http.request.method': request.method,
            'http.route': route,
            'http.response.status_code': statusCode,
            'upright.dialect': labelOf(request),
          })
          finish(span)
        }
        done()
      })
    },

    within(name, kind, work) {
      const parent = storage.getStore()
      if (!parent) return work()
      const span = begin(name, kind, parent.traceId, parent.spanId)
      const fail = (error: unknown) => {
        span.failed = true
        // The kind of error alone: a message may quote what was sent.
        span.attributes['error.type'] = error instanceof CaptchaError ? error.code : (error as Error).name
        finish(span)
      }
      return storage.run(span, () => {
        let result: ReturnType<typeof work>
        try {
          result = work()
        } catch (error) {
          fail(error)
          throw error
        }
        if (result instanceof Promise) result.then(() => finish(span), fail)
        else finish(span)
        return result
      })
    },

    site(site) {
      const span = storage.getStore()
      if (span) span.attributes['upright.site'] = site
    },

    close: () => sender.close(),
  }
}
