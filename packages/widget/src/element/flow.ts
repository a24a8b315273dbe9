import type { Work } from '../../../core/src/work/wire.ts'
import {
  type AnswerReply,
  type AnswerRequest,
  type Api,
  type ChallengeRequest,
  type NativeChallenge,
  type NativeKind,
  RequestError,
} from './api.ts'

/** How a verification stands. */
export type State = 'idle' | 'working' | 'choose' | 'answering' | 'passed' | 'expired' | 'failed' | 'offline'

/** Why there is another challenge. */
export type Note = 'wrong' | 'raised' | 'late'

/** What a view shows. */
export interface View {
  state: State
  /** What the visitor chooses from. */
  kinds: readonly NativeKind[]
  /** What the visitor chose. */
  kind?: NativeKind | undefined
  note?: Note | undefined
  challenge?: NativeChallenge | undefined
  /** What a right answer earned. */
  pass?: string | undefined
  /** Seconds for which the pass is good, from when it was earned. */
  seconds?: number | undefined
  /** HTTP status with which the service refused; undefined where it gave no answer. */
  status?: number | undefined
}

/** Dependencies of a verification. */
export interface FlowOptions {
  api: Api
  solve(work: Work, signal: AbortSignal): Promise<number[]>
  /** What is asked for. */
  request(): ChallengeRequest
  /** Runs after each change. */
  changed(view: View): void
}

/** A verification: from asking for a challenge to the pass, and again when that expires. */
export interface Flow {
  readonly view: View
  /** Starts, unless it is under way or has passed. */
  start(): void
  /** Chooses a kind; none goes back to the choice. */
  choose(kind?: NativeKind): void
  /** Answers the chosen kind. */
  respond(response: string): void
  /** Another challenge of the same kind. */
  renew(): void
  /** Forgets everything. */
  reset(): void
}

/** Milliseconds between two tries to reach the service, the longest of them. */
const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [1000, 30_000]
/** Milliseconds before its expiry at which a pass counts as expired: a form takes a moment to arrive. */
const EXPIRY_MARGIN_MS = 10_000
/** Longest delay of a timer in browsers. */
const MAX_DELAY_MS = 2 ** 31 - 1

const BEGINNING: View = { state: 'idle', kinds: [] }
const NOTES = { wrong: 'wrong', raised: 'raised', expired: 'late', retry: 'late' } as const

const isForPeople = (kinds: readonly NativeKind[]) => kinds.some(kind => kind !== 'work')

/** Resolves after some time, when the network is back, or when it is aborted. */
const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>(resolve => {
    const done = () => {
      clearTimeout(timer)
      removeEventListener('online', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    addEventListener('online', done)
    signal.addEventListener('abort', done)
  })

/** It is one closure, as each step reads how far the others are. */
export function createFlow({ api, solve, request, changed }: FlowOptions): Flow {
  let view = BEGINNING
  /** What is under way; the next step aborts it. */
  let step = new AbortController()
  /** The search for solutions, which goes on while the visitor answers, until another limit is asked for. */
  let search: { limit: number; stop: AbortController; solutions: Promise<number[]> } | undefined
  let expiry: ReturnType<typeof setTimeout> | undefined

  const show = (change: Partial<View>) => {
    view = { ...view, ...change }
    changed(view)
  }
  const next = () => {
    step.abort()
    step = new AbortController()
    clearTimeout(expiry)
    return step.signal
  }
  const endSearch = () => {
    search?.stop.abort()
    search = undefined
  }

  /** The solutions of a challenge's work, that alone or beside a response. */
  const solutionsFor = ({ work, limit_beside }: NativeChallenge, kind?: NativeKind) => {
    const limit = kind === 'work' ? work.limit : limit_beside
    if (search?.limit !== limit) {
      endSearch()
      const stop = new AbortController()
      const solutions = solve({ ...work, limit }, stop.signal)
      // A failure is met where the solutions are waited for.
      solutions.catch(() => {})
      search = { limit, stop, solutions }
    }
    return search.solutions
  }

  /** Calls the service until it answers; what it refuses for good is thrown. */
  const persist = async <T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    for (let ms = FIRST_WAIT_MS; ; ms = Math.min(2 * ms, LONGEST_WAIT_MS)) {
      // Browsers report a request that fails as an error, so there is none while they know that it would.
      if (navigator.onLine === false) {
        show({ state: 'offline' })
        await pause(LONGEST_WAIT_MS, signal)
        if (signal.aborted) throw new RequestError()
      }
      try {
        const answer = await call()
        if (!signal.aborted && view.state === 'offline') show({ state: 'working' })
        return answer
      } catch (error) {
        if (signal.aborted || !(error instanceof RequestError)) throw error
        const { status, wait: seconds } = error
        if (status !== undefined && status < 500 && status !== 429) throw error
        show({ state: 'offline', status })
        await pause(seconds === undefined ? ms : seconds * 1000, signal)
        if (signal.aborted) throw error
      }
    }
  }

  /** Runs a step; what goes wrong for good is shown, unless the next step has begun. */
  const run = (signal: AbortSignal, work: () => Promise<void>) => {
    work().catch(error => {
      const status = error instanceof RequestError ? error.status : undefined
      if (!signal.aborted) show({ state: 'failed', status })
    })
  }

  const take = (challenge: NativeChallenge, signal: AbortSignal, note?: Note) => {
    const { kinds } = challenge
    const kind = view.kind && kinds.includes(view.kind) ? view.kind : undefined
    endSearch()
    show({ challenge, kinds, note, kind, pass: undefined, state: waiting(challenge, kind) })
    if (view.state === 'working') run(signal, () => finish('work', '', signal))
    else solutionsFor(challenge, kind)
  }
  const waiting = ({ kinds, test }: NativeChallenge, kind?: NativeKind): State => {
    if (kind === 'work' || !(isForPeople(kinds) || test?.interactive)) return 'working'
    return kind ? 'answering' : 'choose'
  }

  /** Waits for the work, sends the answer and reads what came of it. */
  const finish = async (kind: NativeKind, response: string, signal: AbortSignal) => {
    const challenge = view.challenge!
    show({ state: 'working', note: undefined })
    const work = await solutionsFor(challenge, kind)
    if (signal.aborted) return
    const { lang, kinds } = request()
    const { ticket } = challenge
    const sent: AnswerRequest = {
      ticket,
      kind,
      response,
      work,
      ...(lang && { lang }),
      ...(kinds && { kinds }),
    }
    const answer = async () => {
      const reply: AnswerReply = await api.answer(sent, signal)
      if (!reply.success && reply.reason === 'retry') throw new RequestError(503)
      return reply
    }
    const reply = await persist(answer, signal)
    if (signal.aborted) return
    // The work of this browser is not taken: more of it would be refused just so.
    if (!reply.success && reply.reason === 'wrong' && kind === 'work') throw new RequestError(200)
    if (reply.success) hold(reply.pass, reply.expires_in, signal)
    else if (reply.ticket === undefined) await ask(signal, NOTES[reply.reason])
    else take(reply as NativeChallenge, signal, NOTES[reply.reason])
  }

  /** Shows a pass until it expires. */
  const hold = (pass: string, seconds: number, signal: AbortSignal) => {
    const isQuiet = !isForPeople(view.kinds)
    endSearch()
    show({ state: 'passed', pass, seconds })
    const end = performance.now() + seconds * 1000 - EXPIRY_MARGIN_MS
    const renew = () => {
      if (!document.hidden) restart()
    }
    const expire = () => {
      const left = end - performance.now()
      if (left > 0) {
        expiry = setTimeout(expire, Math.min(left, MAX_DELAY_MS))
        return
      }
      // Renewed where nobody is asked for anything, and only for a page that somebody looks at.
      if (isQuiet && !document.hidden) return restart()
      show({ state: 'expired', pass: undefined })
      if (isQuiet) document.addEventListener('visibilitychange', renew, { signal })
    }
    expire()
  }

  const ask = async (signal: AbortSignal, note?: Note) => {
    const challenge = await persist(() => api.challenge(request(), signal), signal)
    if (!signal.aborted) take(challenge, signal, note)
  }

  const restart = () => {
    const signal = next()
    endSearch()
    show({ state: 'working', pass: undefined, note: undefined })
    run(signal, () => ask(signal))
  }

  return {
    get view() {
      return view
    },
    start() {
      if (['idle', 'expired', 'failed'].includes(view.state)) restart()
    },
    choose(kind) {
      const signal = next()
      show({ kind, note: undefined, state: waiting(view.challenge!, kind) })
      if (kind === 'work') run(signal, () => finish(kind, '', signal))
      else solutionsFor(view.challenge!, kind)
    },
    respond(response) {
      const signal = next()
      run(signal, () => finish(view.kind!, response, signal))
    },
    renew: restart,
    reset() {
      next()
      endSearch()
      view = BEGINNING
      changed(view)
    },
  }
}
