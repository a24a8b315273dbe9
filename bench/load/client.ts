import { Agent, request } from 'node:http'

/** What a server said. */
export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

/** What is asked for; the body goes as it is. */
export interface Question {
  method?: 'GET' | 'POST'
  path: string
  headers?: Record<string, string>
  body?: string
}

/** Milliseconds after which a server that says nothing has failed. */
export const TIMEOUT_MS = 10_000

/** Asks servers over connections that stay open. */
export interface Client {
  /** @throws Error when there is no answer */
  ask(url: string, question: Question): Promise<Answer>
  close(): void
}

/** A client that keeps as many connections as it needs. */
export function createClient(): Client {
  const agent = new Agent({ keepAlive: true, scheduling: 'lifo' })
  return {
    ask: (url, { method = 'GET', path, headers = {}, body }) =>
      new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
        const asked = request(`${url}${path}`, { method, agent, headers: { ...headers, ...length } })
        asked.setTimeout(TIMEOUT_MS, () => asked.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)))
        asked.once('error', reject).once('response', response => {
          // `buffer` of Node's consumers makes a Blob of each body.
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', reject)
          response.once('end', () => {
            resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) })
          })
        })
        asked.end(body)
      }),
    close: () => agent.destroy(),
  }
}
