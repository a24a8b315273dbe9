import { type Dice, hostile, mutated, runOf } from './values.ts'

export type Pair = [name: string, value: string]

/** A request that is not yet bytes. */
export interface Draft {
  method: string
  /** With `{names}`. */
  path: string
  /** Values of the path's parameters. */
  places: Pair[]
  query: Pair[]
  headers: Pair[]
  body: { fields: Pair[]; json: boolean; list: boolean } | string | undefined
  /** Headers that the route says it reads. */
  read: readonly string[]
}

const METHODS = [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'HEAD',
  'PROPFIND',
  'TRACE',
  'get',
  'FOO',
]
const TYPES = [
  'application/json',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'image/png',
  '',
  'x',
]
/** Headers that something reads, of ours or of the framework, and how their values begin. */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  accept: ['', 'text/html;q='],
  'accept-encoding': ['', 'gzip;q='],
  authorization: ['', 'Bearer ', 'Basic '],
  cookie: ['', 'sessionid='],
  expect: [''],
  forwarded: ['', 'for='],
  host: ['', 'a:'],
  'if-none-match': ['', '"', 'W/"'],
  'if-range': [''],
  keyid: [''],
  origin: ['', 'https://'],
  range: ['', 'bytes=', 'bytes=0-'],
  referer: ['', 'https://a/'],
  'sec-fetch-site': [''],
  traceparent: ['', '00-'],
  'x-forwarded-for': ['', '::1, ', '[::1]:'],
  'x-forwarded-host': [''],
  'x-request-id': [''],
}

/** Things to do wrong. The first is the commonest, and stands there three times. */
export const FAULTS: readonly ((draft: Draft, dice: Dice) => void)[] = [
  spoil,
  spoil,
  spoil,
  (draft, dice) => {
    const header = dice.pick(Object.keys(HEADERS))
    draft.headers.push([header, dice.pick(HEADERS[header]!) + hostile(dice)])
  },
  (draft, dice) => {
    const list = dice.pick([draft.query, draft.headers])
    if (list.length > 0) list.push([dice.pick(list)[0], hostile(dice)])
  },
  (draft, dice) => {
    const list = dice.pick([draft.query, draft.headers])
    if (list.length > 0) list.splice(dice.below(list.length), 1)
  },
  (draft, dice) => {
    draft.query.push([hostile(dice), hostile(dice)])
  },
  (draft, dice) => {
    draft.method = dice.pick(METHODS)
  },
  (draft, dice) => {
    draft.headers.push(['content-type', dice.pick(TYPES)])
  },
  (draft, dice) => {
    draft.body = dice.once(8) ? 'x'.repeat(300_000) : hostile(dice)
  },
  (draft, dice) => {
    draft.path += dice.pick(['/', '//', '/x', '/%2e%2e', '/..', '%00', '%', '%zz', ';x', '\\', '/\0', ' '])
  },
  (draft, dice) => {
    draft.path = dice.pick(['//', '/./', '/%2f', 'http://x', 'https://localhost/', '*', '']) + draft.path
  },
]

/** Puts something in the place of a value, or changes one that is good. */
function spoil(draft: Draft, dice: Dice): void {
  const pairs = valuesOf(draft)
  if (pairs.length === 0) return
  const pair = dice.pick(pairs)
  pair[1] = dice.once(3) ? mutated(dice, pair[1]) : hostile(dice)
}

const valuesOf = ({ places, query, headers, body }: Draft): Pair[] =>
  [places, query, headers, typeof body === 'object' ? body.fields : []].flat()

/** Characters of a run: not more than is read, also where each is written as three. */
const RUN_LENGTH = { address: 2400, field: 5000, header: 7900 }

/**
 * Puts a long run of a single character in the place of one value: of the first in the first request, and so
 * on; when all have had it, a run of the next character. What a route says it reads comes before headers that
 * are read everywhere.
 */
export function sweep(draft: Draft, number: number): void {
  const inPlace = (length: number) => (pair: Pair) => (run: number) => {
    pair[1] = runOf(run, length)
  }
  const inHeader = (name: string) =>
    (HEADERS[name] ?? ['']).map(head => (run: number) => {
      const text = head + runOf(run, RUN_LENGTH.header)
      draft.headers = [...draft.headers.filter(([each]) => each !== name), [name, text]]
    })
  const slots = [
    ...[...draft.places, ...draft.query].map(inPlace(RUN_LENGTH.address)),
    ...(typeof draft.body === 'object' ? draft.body.fields : []).map(inPlace(RUN_LENGTH.field)),
    ...[...new Set([...draft.read, ...Object.keys(HEADERS)])].flatMap(inHeader),
  ]
  slots[number % slots.length]!(Math.floor(number / slots.length))
}
