import type { RawAnswer, RawRequest } from './exchange.ts'
import type { Route } from './requests.ts'

/**
 * Milliseconds in which everything must be answered: many times what the slowest call takes on a busy
 * machine.
 */
export const TIMEOUT_MS = 10_000

/** What may be answered to anything: its method, path, host or length may not be that of a route. */
const GENERAL_STATUSES = [400, 404, 405, 413, 414, 431]
/**
 * Statuses that Node answers by itself where it cannot read a request. They have neither a body nor our
 * headers.
 */
const UNREADABLE = [400, 408, 417, 431]
const SECURE = ['x-content-type-options', 'referrer-policy', 'content-security-policy']

/** What is wrong with an answer; `routes` are all there are. */
export function faultsOf(
  answer: RawAnswer,
  request: RawRequest,
  route: Route,
  routes: readonly Route[],
): string[] {
  const { status, body, ms, broken } = answer
  const type = answer.headers.get('content-type')?.split(';')[0]
  if (broken === 'timeout') return [`no answer within ${TIMEOUT_MS} ms`]
  // A request that is refused before it was read whole may lose its answer, or the end of it.
  const length = request.headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  const long = length + request.target.length > 8000 || request.body.length > 16_384
  if (status === 0 || broken) return long ? [] : [`no whole answer (${broken})`]
  const unreadable = UNREADABLE.includes(status) && type === undefined && body.length === 0
  if (unreadable) return []
  const faults = SECURE.filter(name => !answer.headers.has(name)).map(name => `it has no ${name}`)
  if (ms > TIMEOUT_MS) faults.push(`it took ${ms.toFixed()} ms`)
  const described = describedBy(request, route, routes).flatMap(({ responses }) => responses[status] ?? [])
  if (status >= 500 && !isOverload(answer)) faults.push(`it is ${status}`)
  if (described.length === 0 && !GENERAL_STATUSES.includes(status)) faults.push(`${status} is not described`)
  if (body.length > 0) {
    const types = [
      ...described.flatMap(({ content = {} }) => Object.keys(content)),
      ...(GENERAL_STATUSES.includes(status) ? ['application/json'] : []),
    ]
    if (!types.includes(type ?? '')) faults.push(`${type} is not described for ${status}`)
    if (type === 'application/json' && !isJson(body)) faults.push('its JSON is broken')
  }
  return faults
}

/**
 * What is said of the route, or of others at its path where the request has another method than the route. A
 * last segment that was left empty is a slash at the end of the path before it, which is accepted there.
 */
function describedBy({ method, target }: RawRequest, route: Route, routes: readonly Route[]) {
  const [address = ''] = target.split('?', 1)
  const slashed = routes.filter(({ path }) => `${path}/` === address)
  if (slashed.length > 0) return slashed.map(({ operation }) => operation)
  if (method.toLowerCase() === route.method) return [route.operation]
  return routes.filter(({ path }) => path === route.path).map(({ operation }) => operation)
}

/** The one documented trouble that a fuzzer can bring about: more than the machine can do. */
const isOverload = ({ status, headers }: RawAnswer) => status === 503 && headers.has('retry-after')

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString())
    return true
  } catch {
    return false
  }
}
