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
  | { solver: 'altcha'; script: string; counterMode: 'string' | 'uint32'; parameters: object }

/** Milliseconds that a solver takes, and the counter that it finds. */
export async function measure(challenge: Challenge): Promise<{ took: number; counter: number }> {
  const worker = new Worker(challenge.script)
  const { port1, port2 } = new MessageChannel()
  const found = new Promise<number>((resolve, reject) => {
    worker.onerror = event => reject(new Error(event.message))
    worker.onmessage = ({ data }) => resolve(data.nonce ?? data.counter)
    port1.onmessage = ({ data }: MessageEvent<Report>) => {
      if (data.type === 'solved') resolve(data.counter)
    }
  })
  const timeout = 600_000
  let start: number
  if (challenge.solver === 'ours') {
    worker.postMessage(null, [port2])
    start = performance.now()
    const { task, salt, prefix, target } = challenge
    const puzzles = [{ prefix: Uint8Array.from(prefix), target, last: 0 }]
    const whole: Task = { ...task, salt: Uint8Array.from(salt), puzzles }
    port1.postMessage({ type: 'start', task: whole, start: 0, stride: 1 } satisfies Order)
  } else if (challenge.solver === 'cap') {
    const { salt, target, module } = challenge
    const wasmModule = module && (await WebAssembly.compile(await (await fetch(module)).arrayBuffer()))
    start = performance.now()
    worker.postMessage({ salt, target, wasmModule })
  } else {
    const { parameters, counterMode } = challenge
    start = performance.now()
    const order = { counterMode, counterStart: 0, counterStep: 1, timeout, type: 'work' }
    worker.postMessage({ challenge: { parameters }, ...order })
  }
  const counter = await found
  const took = performance.now() - start
  worker.terminate()
  return { took, counter }
}

Object.assign(globalThis, { measureSolver: measure })
