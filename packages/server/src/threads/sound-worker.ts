/** The thread that speaks: it opens ids as the service does and answers each question with a sound. */
import { randomBytes } from 'node:crypto'
import { workerData } from 'node:worker_threads'
import { type CaptchaSite, createCaptcha, memoryLedger, type Rendition, type Secrets } from '@upright/core'
import { answerWith } from './thread.ts'

/** A question: the sound of a challenge, at a time in milliseconds since 1970. */
export interface Question {
  site: CaptchaSite
  id: string
  time: number
  generation: number
}

let time = 0
const now = () => time
const secrets = workerData as Secrets
const captcha = createCaptcha({ ...secrets, ledger: memoryLedger(now), now, random: randomBytes })

answerWith(({ site, id, time: asked, generation }: Question): Rendition => {
  time = asked
  return captcha.show(site, id, 'sound', { generation })
})
