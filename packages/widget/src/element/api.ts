import type {
  AnswerReply,
  AnswerRequest,
  ChallengeRequest,
  NativeChallenge,
  NativeKind,
} from '../../../server/src/dialects/native/wire.ts'

export type { AnswerReply, AnswerRequest, ChallengeRequest, NativeChallenge, NativeKind }

/** A request that failed. Without a status no answer came at all. */
export class RequestError extends Error {
  readonly status: number | undefined
  /** Seconds after which the service wants to be asked again. */
  readonly wait: number | undefined

  constructor(status?: number, wait?: number) {
    super(status === undefined ? 'no answer' : `status ${status}`)
    this.status = status
    this.wait = wait
  }
}

/** The calls of the service that a page makes. */
export interface Api {
  challenge(request: ChallengeRequest, signal: AbortSignal): Promise<NativeChallenge>
  answer(request: AnswerRequest, signal: AbortSignal): Promise<AnswerReply>
  /** Address of what a kind of a ticket shows. */
  shown(ticket: string, kind: NativeKind, scale?: number): string
}

/** Milliseconds after which a request counts as lost. */
const TIMEOUT_MS = 20_000

/** The calls of a service at an address. */
export function createApi(server: string): Api {
  const base = `${server}/upright/v1/`
  const post = async <T>(call: string, body: object, signal: AbortSignal): Promise<T> => {
    const lost = new AbortController()
    const end = () => lost.abort()
    const timer = setTimeout(end, TIMEOUT_MS)
    signal.addEventListener('abort', end)
    let reply: Response
    try {
      // A body of plain text is sent across origins without a preflight, and reads the same.
      reply = await fetch(base + call, {
        method: 'POST',
        body: JSON.stringify(body),
        credentials: 'omit',
        signal: lost.signal,
      })
    } catch {
      throw new RequestError()
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
    }
    if (!reply.ok) throw new RequestError(reply.status, Number(reply.headers.get('retry-after')) || undefined)
    return reply.json()
  }
  return {
    challenge: (request, signal) => post('challenge', request, signal),
    answer: (request, signal) => post('answer', request, signal),
    shown: (ticket, kind, scale = 1) =>
      `${base}show?ticket=${ticket}&kind=${kind}${scale > 1 ? '&scale=2' : ''}`,
  }
}
