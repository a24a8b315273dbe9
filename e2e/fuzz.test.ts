import { expect, it } from 'vitest'
import { fuzz } from '../bench/load/fuzz/fuzz.ts'
import { faultsOf } from '../bench/load/fuzz/judge.ts'
import { dice } from '../bench/load/fuzz/values.ts'

/** Enough for every route to be asked some fifty times; `npm run load -- --fuzz` goes on for longer. */
const REQUESTS = 3000
const SEED = 14

it('a service answers whatever is sent to its routes as it says, in time, and writes nothing of it down', async () => {
  const { requests, counts, slowest, faults, seconds } = await fuzz({ seed: SEED, requests: REQUESTS })
  console.log(
    `${requests} requests to ${counts.size} routes in ${seconds.toFixed(1)} s; ` +
      `the slowest took ${slowest.answer.toFixed()} ms, /healthz ${slowest.health.toFixed()} ms`,
  )
  expect(faults).toEqual([])
  expect(requests).toBe(REQUESTS)
  // What is wrong with a request is not all that is ever looked at: most routes come to do what they are for.
  const done = [...counts.values()].filter(count =>
    [...count.keys()].some(status => status >= 200 && status < 300),
  )
  expect(done.length).toBeGreaterThan(counts.size * 0.9)
}, 300_000)

it('the requests of a seed are the same each time', () => {
  const draw = (seed: number, number: number) => {
    const { below } = dice(seed, number)
    return [below(1000), below(1000), below(1000)]
  }
  expect(draw(1, 2)).toEqual(draw(1, 2))
  expect(new Set([draw(1, 2), draw(2, 1), draw(1, 3), draw(2, 2)].map(String)).size).toBe(4)
})

type Wrong = Partial<Record<'type' | 'broken' | 'policy', string | undefined> & { status: number }>

it.each<[string, Wrong, string[]]>([
  ['nothing', {}, []],
  [
    'a status that is not described',
    { status: 409 },
    ['409 is not described', 'text/plain is not described for 409'],
  ],
  ['trouble of our own', { status: 500 }, ['it is 500']],
  ['a timeout', { broken: 'timeout' }, ['no answer within 10000 ms']],
  ['no answer at all', { status: 0, broken: 'ECONNRESET' }, ['no whole answer (ECONNRESET)']],
  ['another type', { type: 'text/html' }, ['text/html is not described for 200']],
  ['broken JSON', { type: 'application/json' }, ['its JSON is broken']],
  ['no policy', { policy: undefined }, ['it has no content-security-policy']],
])(
  'an answer with %s wrong is found out',
  (_, { status = 200, broken, type = 'text/plain', ...rest }, faults) => {
    const policy = 'policy' in rest ? [] : ['content-security-policy']
    const names = ['x-content-type-options', 'referrer-policy', ...policy]
    const headers = new Map([['content-type', type], ...names.map(name => [name, 'x'] as const)])
    const content = { 'text/plain': {}, 'application/json': {} }
    const operation = {
      tags: [],
      summary: '',
      operationId: '',
      responses: { 200: { description: '', content }, 500: { description: '', content } },
    }
    const route = { method: 'get', path: '/', operation }
    const request = { method: 'GET', target: '/', headers: [], body: Buffer.alloc(0) }
    const answer = { status, broken, headers, body: Buffer.from('x'), ms: 1 }
    expect(faultsOf(answer, request, route, [route])).toEqual(faults)
  },
)

it('an answer at an empty last segment is held against the path before it', () => {
  const operationOf = (status: number) => {
    const responses = { [status]: { description: '', content: { 'text/plain': {} } } }
    return { tags: [], summary: '', operationId: '', responses }
  }
  const list = { method: 'post', path: '/pictures', operation: operationOf(429) }
  const one = { method: 'get', path: '/pictures/{id}', operation: operationOf(404) }
  const names = ['content-security-policy', 'x-content-type-options', 'referrer-policy']
  const headers = new Map([['content-type', 'text/plain'], ...names.map(name => [name, 'x'] as const)])
  const answer = { status: 429, broken: undefined, headers, body: Buffer.from('x'), ms: 1 }
  const faultsAt = (target: string) =>
    faultsOf(answer, { method: 'POST', target, headers: [], body: Buffer.alloc(0) }, one, [list, one])
  expect(faultsAt('/pictures/?a=b')).toEqual([])
  expect(faultsAt('/pictures/7')).not.toEqual([])
})
