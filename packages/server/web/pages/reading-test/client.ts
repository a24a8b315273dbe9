/** What was typed for what: one side is empty where a character was left out or added. */
interface Confusion {
  wanted: string
  typed: string
  times: number
  items: number[]
}

/** What somebody made of one challenge. */
export interface Item {
  n: number
  wanted: string
  /** Null where it was skipped. */
  typed: string | null
  right: boolean
  /** Of discs: degrees by which they were turned too far clockwise. */
  off?: number
}

/** What the test came to, as far as this page tells it. */
export interface Result {
  answered: number
  skipped: number
  /** How many were right, and the bounds of their share. */
  whole: { right: number; of: number; low: number; high: number }
  /** Median. */
  seconds: number | null
  characters?: { right: number; of: number }
  confusions?: Confusion[]
  turns?: { within: Record<string, number>; median: number | null }
  items: Item[]
}

/** How the test stands. */
export interface Standing {
  style: string
  kind: 'text' | 'rotate' | 'number'
  form: 'picture' | 'sound'
  digits: boolean
  count: number
  /** The challenge to be answered, from 1. */
  next: number
  /** At the end: how it went, and what was not right as data URLs. */
  end?: { result: Result; misread: { n: number; src: string }[] }
}

/** Why a request led to nothing: an HTTP status, or 0 when no answer came. */
export class Trouble extends Error {
  readonly status: number

  constructor(status: number) {
    super(`HTTP ${status}`)
    this.status = status
  }
}

async function ask(path: string, body?: unknown): Promise<Response> {
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const response = await fetch(path, { cache: 'no-store', ...sent }).catch(() => {
    throw new Trouble(0)
  })
  if (!response.ok) throw new Trouble(response.status)
  return response
}

/** How the test stands. @throws Trouble */
export const readStanding = async (): Promise<Standing> => (await ask('/test.json')).json()

/** The picture or the sound of the challenge to be answered. @throws Trouble */
export const readChallenge = async (n: number): Promise<Blob> => (await ask(`/challenges/${n}`)).blob()

/** Gives an answer, or null for none; `taken` is false where there was one before. @throws Trouble */
export const sendAnswer = async (n: number, typed: string | null): Promise<Standing & { taken: boolean }> =>
  (await ask('/answers', { n, typed })).json()
