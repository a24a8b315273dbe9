import type { CaptchaAnswer, ValidationRequest } from '../../../src/dialects/captchetat/v2/wire.ts'
import type { StatusAnswer } from '../../../src/dialects/rocaptcha/wire.ts'
import type { Demo } from '../../../src/wire.ts'

/** One request and what came of it, for the panel that shows them. */
export interface Exchange {
  method: 'GET' | 'POST'
  path: string
  sent?: string
  /** HTTP status; 0 when no answer came. */
  status: number
  ms: number
  /** Media type of the answer. */
  type: string
  /** The answer's text; of sound, only its size in bytes. */
  received: string | number
}

/** Why a request led to nothing. */
export type Reason = 'offline' | 'slowDown' | 'noSite' | 'gone' | 'failed' | 'garbled'

export class Trouble extends Error {
  readonly reason: Reason
  readonly status: number
  readonly seconds: number

  constructor(reason: Reason, status = 0, seconds = 0) {
    super(reason)
    this.reason = reason
    this.status = status
    this.seconds = seconds
  }
}

/** Milliseconds after which a server that says nothing counts as out of reach. */
const TIMEOUT_MS = 15_000

interface Answer {
  response: Response
  /** Of sound only. */
  blob: Blob | undefined
  text: string
}

async function exchange(
  path: string,
  body: string | URLSearchParams | undefined,
  signal: AbortSignal | undefined,
  seen: (exchange: Exchange) => void,
): Promise<Answer> {
  const sent = body?.toString()
  const method = sent === undefined ? 'GET' : 'POST'
  const seenAs = sent === undefined ? ({ method, path } as const) : ({ method, path, sent } as const)
  const started = performance.now()
  const ms = () => Math.round(performance.now() - started)
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), TIMEOUT_MS)
  const give = () => late.abort()
  signal?.addEventListener('abort', give)
  try {
    const response = await fetch(path, {
      method,
      cache: 'no-store',
      credentials: 'omit',
      signal: late.signal,
      ...(body !== undefined && { body }),
      ...(typeof body === 'string' && { headers: { 'Content-Type': 'application/json' } }),
    })
    const type = (response.headers.get('Content-Type') ?? '').split(';')[0] ?? ''
    // Only sound is read as a blob: of those a browser's developer tools show nothing.
    const heard = type.startsWith('audio/')
    const blob = heard ? await response.blob() : undefined
    const text = heard ? '' : await response.text()
    seen({ ...seenAs, status: response.status, ms: ms(), type, received: blob ? blob.size : text })
    return { response, blob, text }
  } catch (error) {
    if (!signal?.aborted) seen({ ...seenAs, status: 0, ms: ms(), type: '', received: '' })
    throw signal?.aborted ? error : new Trouble('offline')
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', give)
  }
}

function refuse({ response }: Answer, missing: Reason): void {
  const { status } = response
  const wait = Number(response.headers.get('Retry-After'))
  // A check that was asked for too often is answered `false`, for back ends let the visitor through on any
  // status but 200.
  if (status === 429 || (response.ok && wait > 0)) throw new Trouble('slowDown', status, wait || 60)
  if (response.ok) return
  if (status === 404) throw new Trouble(missing, status)
  throw new Trouble('failed', status)
}

function parsed<T>(text: string, fits: (value: T) => boolean): T {
  let value: T | undefined
  try {
    value = JSON.parse(text)
  } catch {}
  if (value === undefined || value === null || !fits(value)) throw new Trouble('garbled')
  return value
}

/** The demo site's key and the styles there are. @throws Trouble */
export async function readDemo(): Promise<Demo> {
  const answer = await exchange('/demo.json', undefined, undefined, () => {})
  refuse(answer, 'noSite')
  return parsed<Demo>(answer.text, demo => Boolean(demo.publicKey) && Array.isArray(demo.styles))
}

/** CaptchEtat v2 as a browser of an open site calls it. Every call reports itself to `seen`. */
export function createClient(publicKey: string, seen: (exchange: Exchange) => void) {
  const base = `/s/${encodeURIComponent(publicKey)}/piste/captchetat/v2`
  const query = (values: Record<string, string>) =>
    `${base}/simple-captcha-endpoint?${new URLSearchParams(values)}`
  return {
    /** A new challenge: its id and its picture as a data URL. @throws Trouble */
    async picture(style: string, signal: AbortSignal): Promise<CaptchaAnswer> {
      const answer = await exchange(query({ get: 'image', c: style, scale: '2' }), undefined, signal, seen)
      refuse(answer, 'noSite')
      return parsed<CaptchaAnswer>(
        answer.text,
        value => /^data:image\/png;base64,/.test(value.imageb64) && !!value.uuid,
      )
    },
    /** The code of a challenge, spoken. @throws Trouble */
    async sound(style: string, uuid: string): Promise<Blob> {
      const answer = await exchange(query({ get: 'sound', c: style, t: uuid }), undefined, undefined, seen)
      refuse(answer, 'gone')
      if (!answer.blob) throw new Trouble('garbled')
      return answer.blob
    },
    /** Whether the code is right. @throws Trouble */
    async validate(uuid: string, code: string): Promise<boolean> {
      const answer = await exchange(
        `${base}/valider-captcha`,
        JSON.stringify({ uuid, code } satisfies ValidationRequest),
        undefined,
        seen,
      )
      refuse(answer, 'noSite')
      return parsed<{ valid: boolean }>(`{"valid":${answer.text}}`, ({ valid }) => typeof valid === 'boolean')
        .valid
    },
  }
}

/** What the page's own back end says of a picture that was turned: a status of RoCAPTCHA. @throws Trouble */
export async function judge(
  hash: string,
  response: string,
  seen: (exchange: Exchange) => void,
): Promise<string> {
  const fields = { rocaptcha_challenge_field: hash, rocaptcha_response_field: response }
  const answer = await exchange('/demo/rocaptcha', new URLSearchParams(fields), undefined, seen)
  refuse(answer, 'noSite')
  return parsed<StatusAnswer>(answer.text, ({ status }) => typeof status === 'string').status
}
