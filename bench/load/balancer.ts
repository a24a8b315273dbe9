import { performance } from 'node:perf_hooks'
import { type Answer, type Client, createClient, type Question } from './client.ts'

/** The result of a request: an answer, or a node that failed while it had the request. */
export type Reply = { node: string; answer: Answer } | { node: string; lost: string }

/** Stands in front of nodes as a reverse proxy does. */
export interface Balancer {
  /**
   * Asks one node after the other, but not the one named where there is another.
   * @throws Error when nobody takes connections
   */
  ask(question: Question, not?: string): Promise<Reply>
  /** Requests that went to another node, as theirs took no connection. */
  turned(): number
  close(): void
}

/** Milliseconds for which a node is left alone that said it takes no more connections, or took none. */
const COOL_DOWN_MS = 500

/**
 * A balancer over nodes, which may become others: judges them by connections alone, as a proxy does that
 * knows nothing else.
 */
export function createBalancer(urls: () => readonly string[], client: Client = createClient()): Balancer {
  const resting = new Map<string, number>()
  let turn = 0
  let turned = 0
  const pick = (not: ReadonlySet<string>) => {
    const all = urls().filter(url => !not.has(url))
    const awake = all.filter(url => (resting.get(url) ?? 0) < performance.now())
    const from = awake.length > 0 ? awake : all
    return from[turn++ % from.length]
  }
  const rest = (node: string) => resting.set(node, performance.now() + COOL_DOWN_MS)

  return {
    async ask(question, not) {
      const tried = new Set<string>()
      let node = pick(new Set(not === undefined || urls().length === 1 ? [] : [not]))
      while (node !== undefined) {
        try {
          const answer = await client.ask(node, question)
          if (answer.headers.connection === 'close') rest(node)
          return { node, answer }
        } catch (error) {
          const { code, message } = error as NodeJS.ErrnoException
          if (code !== 'ECONNREFUSED') return { node, lost: code ?? message }
          rest(node)
          turned++
          tried.add(node)
          node = pick(tried)
        }
      }
      throw new Error('no node takes connections')
    },
    turned: () => turned,
    close: () => client.close(),
  }
}
