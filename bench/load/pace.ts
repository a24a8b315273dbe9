import { performance } from 'node:perf_hooks'
import { arrive } from '../arrivals.ts'
import type { Answer, Client } from './client.ts'
import { type Journey, Unexpected } from './journeys.ts'

/** How some steps went. */
export interface Steps {
  /** Milliseconds of every answer, by step. */
  times: Map<string, number[]>
  /** Bytes of all answers' bodies, by step. */
  bytes: Map<string, number>
  /** How often something went wrong, by what it was. */
  errors: Map<string, number>
  /** Journeys that came to their end as they should. */
  whole: number
  /** Milliseconds from the moment a journey was due to its end. */
  journeys: number[]
  /** Milliseconds by which the journey that began latest was late: this program's own fault. */
  late: number
  /** Seconds from the first journey's start to the last one's end. */
  seconds: number
}

/** What is run. */
export interface PaceOptions {
  client: Client
  /** Addresses that journeys go to, each to another one for every request. */
  urls: readonly string[]
  journey: Journey
  /** Journeys a second. */
  rate: number
  seconds: number
}

/** Has visitors come at an even rate. The first request of each is measured from the moment it was due. */
export async function pace({ client, urls, journey, rate, seconds }: PaceOptions): Promise<Steps> {
  const steps: Steps = {
    times: new Map(),
    bytes: new Map(),
    errors: new Map(),
    whole: 0,
    journeys: [],
    late: 0,
    seconds: 0,
  }
  let turn = 0
  const one = async (due: number) => {
    let from = due
    const ask = async (step: string, question: Parameters<Client['ask']>[1]): Promise<Answer> => {
      const answer = await client.ask(urls[turn++ % urls.length]!, question)
      const time = performance.now()
      push(steps.times, step, time - from)
      steps.bytes.set(step, (steps.bytes.get(step) ?? 0) + answer.body.length)
      from = time
      return answer
    }
    try {
      await journey(ask)
      steps.whole++
      steps.journeys.push(performance.now() - due)
    } catch (error) {
      const what = error instanceof Unexpected ? error.message : `no answer: ${reasonOf(error)}`
      steps.errors.set(what, (steps.errors.get(what) ?? 0) + 1)
    }
  }

  const start = performance.now()
  steps.late = await arrive(one, rate, seconds)
  steps.seconds = (performance.now() - start) / 1000
  return steps
}

function push(map: Map<string, number[]>, key: string, value: number): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

const reasonOf = (error: unknown) =>
  error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error)
