import type { Answered, Standing } from '../../../src/reading-test/wire.ts'

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
export const sendAnswer = async (n: number, typed: string | null): Promise<Answered> =>
  (await ask('/answers', { n, typed })).json()
