/** What the page of the bench of solvers does: a solver in a worker, from a challenge to its solution. */
import type { Order, Report } from '../packages/widget/src/solver/serve.ts'
import type { Task } from '../packages/widget/src/solver/task.ts'

/** A challenge as one solver takes it: its worker's script, and what is posted to it. */
export type Challenge =
  | {
      solver: 'ours'
      script: string
      task: Omit<Task, 'salt' | 'puzzles'>
      /** Bytes as numbers, for nothing else is sent to a page. */
      salt: number[]
      prefix: number[]
      target: number
    }
  | { solver: 'cap'; script: string; module?: string; salt: string; target: string }
  | { solver: 'altcha'; script: string; parameters: object }

/** Milliseconds after which stock ALTCHA gives up. */
const TIMEOUT_MS = 600_000

const compiled = async (module?: string) =>
  module === undefined ? undefined : WebAssembly.compile(await (await fetch(module)).arrayBuffer())

/** Posts a challenge to its solver. */
async function post(challenge: Challenge, worker: Worker, port: MessagePort): Promise<void> {
  if (challenge.solver === 'ours') {
    const { task, salt, prefix, target } = challenge
    const puzzles = [{ prefix: Uint8Array.from(prefix), target, last: 0 }]
    const whole: Task = { ...task, salt: Uint8Array.from(salt), puzzles }
    port.postMessage({ type: 'start', task: whole, start: 0, stride: 1 } satisfies Order)
  } else if (challenge.solver === 'cap') {
    const { salt, target, module } = challenge
    worker.postMessage({ salt, target, wasmModule: await compiled(module) })
  } else {
    const { parameters } = challenge
    const order = {
      counterMode: 'uint32',
      counterStart: 0,
      counterStep: 1,
      timeout: TIMEOUT_MS,
      type: 'work',
    }
    worker.postMessage({ challenge: { parameters }, ...order })
  }
}

/** Milliseconds that a solver takes once it is warm, and the counter that it finds. */
async function measure(warmUp: Challenge, challenge: Challenge): Promise<{ took: number; counter: number }> {
  const worker = new Worker(challenge.script)
  const { port1, port2 } = new MessageChannel()
  if (challenge.solver === 'ours') worker.postMessage(null, [port2])
  const solve = (challenge: Challenge) =>
    new Promise<number>((resolve, reject) => {
      worker.onerror = event => reject(new Error(event.message))
      worker.onmessage = ({ data }) => resolve(data.nonce ?? data.counter)
      port1.onmessage = ({ data }: MessageEvent<Report>) => {
        if (data.type === 'solved') resolve(data.counter)
      }
      void post(challenge, worker, port1)
    })
  await solve(warmUp)
  const start = performance.now()
  const counter = await solve(challenge)
  const took = performance.now() - start
  worker.terminate()
  return { took, counter }
}

export type Measure = typeof measure
Object.assign(globalThis, { measureSolver: measure })
