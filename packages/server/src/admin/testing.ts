import type { AddressInfo } from 'node:net'
import type { Config } from '../config.ts'
import { scene } from '../pictures/codec.testing.ts'
import { type TestApp, testApp } from '../testing/app.ts'

/** A response; JSON bodies are parsed. */
export interface Reply {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  json: any
}

/** A whole service that listens, with an operator: for tests. */
export interface AdminApp extends TestApp {
  port: number
  operator: { id: number; name: string }
  token: string
  /** Calls a path below `/admin/api` as the operator; a body that is no text is sent as JSON. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>
  /** Imports a feed. */
  post(feed: unknown, query?: string): Promise<Reply>
}

export async function adminApp(config: Partial<Config> = {}): Promise<AdminApp> {
  const test = await testApp({}, config)
  const { operator, token } = await test.service.registry.addOperator('Refuge')
  await test.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = test.app.server.address() as AddressInfo
  test.logs.length = 0
  const ask: AdminApp['ask'] = async (method, path, body, headers = {}) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await fetch(`http://127.0.0.1:${port}/admin/api${path}`, {
      method,
      ...(text !== undefined && { body: text }),
      headers: { authorization: `Bearer ${token}`, ...headers },
    })
    const read = answer.headers.get('content-type')?.startsWith('application/json')
    const json = read && method !== 'HEAD' ? await answer.json() : Buffer.from(await answer.arrayBuffer())
    return { status: answer.status, headers: answer.headers, json }
  }
  return {
    ...test,
    port,
    operator,
    token,
    ask,
    post: (feed, query = '') => ask('POST', `/pictures${query}`, feed),
  }
}

/** A picture of a seed as feeds hold it. */
export const dataUrl = (seed: number, width = 320, height = 240): string =>
  `data:image/jpeg;base64,${scene(seed, width, height).encodeSync('jpeg', 90).toString('base64')}`
