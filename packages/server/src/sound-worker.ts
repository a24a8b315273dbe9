/** The thread that speaks: it opens ids as the service does and answers each question with a sound or an error's code. */
import { randomBytes } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { CaptchaError, createCaptcha, type ErrorCode, memoryLedger, type Rules } from '@upright/core'

/** What the thread is started with. */
export interface Secrets {
  secret: string
  previousSecret?: string | undefined
}

/** A question: the sound of a challenge, at a time in milliseconds since 1970. */
export interface Question {
  number: number
  id: string
  site: number
  rules: Rules
  time: number
  generation: number
}

/** The answer to the question of the same number: the sound, or why there is none. */
export type Answer = { number: number } & (
  | { type: string; bytes: Uint8Array<ArrayBuffer> }
  | { code: ErrorCode; detail?: string }
)

let time = 0
const now = () => time
const secrets = workerData as Secrets
const captcha = createCaptcha({ ...secrets, ledger: memoryLedger(now), now, random: randomBytes })

parentPort!.on('message', ({ number, id, site, rules, time: asked, generation }: Question) => {
  time = asked
  try {
    const { type, bytes } = captcha.show(id, site, 'sound', rules, generation)
    const answer: Answer = { number, type, bytes: bytes as Uint8Array<ArrayBuffer> }
    parentPort!.postMessage(answer, [answer.bytes.buffer])
  } catch (error) {
    const answer: Answer =
      error instanceof CaptchaError
        ? { number, code: error.code }
        : { number, code: 'internal', detail: String(error) }
    parentPort!.postMessage(answer)
  }
})
