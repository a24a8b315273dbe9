/** The thread that speaks: it opens ids as the service does and answers each question with a sound. */
import { randomBytes } from 'node:crypto'
import { workerData } from 'node:worker_threads'
import { createCaptcha, memoryLedger, type Rendition, type Rules, type Secrets } from '@upright/core'
import { answerWith } from './thread.ts'

/** A question: the sound of a challenge, at a time in milliseconds since 1970. */
export interface Question {
  id: string
  site: number
  rules: Rules
  time: number
  generation: number
}

let time = 0
const now = () => time
const secrets = workerData as Secrets
const captcha = createCaptcha({ ...secrets, ledger: memoryLedger(now), now, random: randomBytes })

answerWith(({ id, site, rules, time: asked, generation }: Question): Rendition => {
  time = asked
  return captcha.show(id, site, 'sound', rules, generation)
})
