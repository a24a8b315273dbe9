import {
  add,
  and,
  anyTrue,
  assemble,
  atMost,
  type Code,
  call,
  type Func,
  get,
  giveBack,
  less,
  load,
  loadSplat,
  number,
  or,
  plus,
  repeat,
  set,
  shiftLeft,
  shiftRight,
  splat,
  store,
  tee,
  V128,
  when,
  xor,
} from './assembler.ts'
import {
  BLOCKS,
  CHAIN,
  fill,
  INITIAL_STATE,
  INNER,
  type Kernel,
  MIDSTATE,
  memoryWords,
  OUT,
  OUTER,
  ROUND_CONSTANTS,
  START,
  SUM,
  TABLE,
} from './kernel.ts'

const LANES = 4
/** Bytes of a slot. */
const SLOT = 4 * LANES
/** The constants of the rounds come first in memory, the slots after them. */
const SLOTS = 4 * ROUND_CONSTANTS.length

const rotate = (local: number, n: number): Code =>
  or(shiftRight(get(local), n), shiftLeft(get(local), 32 - n))
const sum = (...terms: Code[]): Code => terms.reduce((x, y) => add(x, y))

/** The rounds of `begin`: as many as words come before the counter in work of most kinds. */
const FIRST_ROUNDS = 8
/** Where `begin` leaves the eight words that `end` goes on with. */
const BEGUN = SLOTS + 4 * memoryWords(LANES)
const WORDS = [0, 1, 2, 3, 4, 5, 6, 7]

/** Locals of rounds: three parameters, which are addresses, and vectors. */
const [STATE, BLOCK, RESULT, TEMPORARY] = [0, 1, 2, 3] as const
const ROUND_LOCALS = Array.from({ length: 27 }, () => V128)
/** A word of the message's schedule. */
const scheduled = (i: number) => 4 + (i % 16)
/** One of the words a to h. Instead of moving them on, each round takes them by other names. */
const working = (word: number, round: number) => 20 + ((word - round + 64) % 8)
/** a XOR b, which a round later is b XOR c. */
const joined = (round: number) => 28 + (round % 2)

/** Rounds one after the other, their words loaded, or made from those before. */
function rounds(from: number, to: number): Code {
  const schedule = (i: number): Code => {
    const [x, y] = [scheduled(i + 1), scheduled(i + 14)]
    const s0 = xor(xor(rotate(x, 7), rotate(x, 18)), shiftRight(get(x), 3))
    const s1 = xor(xor(rotate(y, 17), rotate(y, 19)), shiftRight(get(y), 10))
    return tee(scheduled(i), sum(get(scheduled(i)), get(scheduled(i + 9)), s0, s1))
  }
  const message = (i: number) =>
    i < 16 ? tee(scheduled(i), load(get(BLOCK), SLOTS + i * SLOT)) : schedule(i)
  const round = (i: number): Code => {
    const at = (word: number) => working(word, i)
    const [a, b, d, e, f, g, h] = [at(0), at(1), at(3), at(4), at(5), at(6), at(7)] as const
    const s1 = xor(xor(rotate(e, 6), rotate(e, 11)), rotate(e, 25))
    const choice = xor(get(g), and(get(e), xor(get(f), get(g))))
    const s0 = xor(xor(rotate(a, 2), rotate(a, 13)), rotate(a, 22))
    const majority = xor(get(b), and(tee(joined(i), xor(get(a), get(b))), get(joined(i + 1))))
    return [
      ...set(TEMPORARY, sum(message(i), loadSplat(number(0), 4 * i), get(h), choice, s1)),
      ...set(d, add(get(d), get(TEMPORARY))),
      ...set(h, sum(get(TEMPORARY), majority, s0)),
    ]
  }
  return [
    ...set(joined(from + 1), xor(get(working(1, from)), get(working(2, from)))),
    ...Array.from({ length: to - from }, (_, i) => round(from + i)).flat(),
  ]
}

/** The first rounds of a block. They are the same for all tries when the counter comes after their words. */
const beginning: Func = {
  name: 'begin',
  parameters: 3,
  result: false,
  locals: ROUND_LOCALS,
  body: [
    ...WORDS.flatMap(word => set(working(word, 0), load(get(STATE), SLOTS + word * SLOT))),
    ...rounds(0, FIRST_ROUNDS),
    ...WORDS.flatMap(word => store(number(0), get(working(word, FIRST_ROUNDS)), BEGUN + word * SLOT)),
  ],
}

/** The other rounds. */
const ending: Func = {
  name: 'end',
  parameters: 3,
  result: false,
  locals: ROUND_LOCALS,
  body: [
    ...WORDS.flatMap(word => set(scheduled(word), load(get(BLOCK), SLOTS + word * SLOT))),
    ...WORDS.flatMap(word => set(working(word, FIRST_ROUNDS), load(number(0), BEGUN + word * SLOT))),
    ...rounds(FIRST_ROUNDS, ROUND_CONSTANTS.length),
    ...WORDS.flatMap(word =>
      store(
        get(RESULT),
        add(load(get(STATE), SLOTS + word * SLOT), get(working(word, ROUND_CONSTANTS.length))),
        SLOTS + word * SLOT,
      ),
    ),
  ],
}

const callRounds =
  (name: number) =>
  (state: number, block: number, out: number): Code =>
    call(name, number(state * SLOT), number(block * SLOT), number(out * SLOT))
const begin = callRounds(0)
const end = callRounds(1)
const compress = (state: number, block: number, out: number): Code => [
  ...begin(state, block, out),
  ...end(state, block, out),
]

/** `search` of kernels, whose groups and slot are addresses. */
function searching(): Func {
  const [from, to, at, a, b, two, target, last] = [0, 1, 2, 3, 4, 5, 6, 7]
  /** Whether the counter is in a word of the first rounds. */
  const early = less(get(at), number((BLOCKS + FIRST_ROUNDS) * SLOT))
  const put = (base: number, slot: number): Code =>
    store(get(at), or(splat(get(base)), load(get(from), SLOTS + (TABLE + slot) * SLOT)), SLOTS + slot * SLOT)
  const hit = anyTrue(atMost(xor(load(number(0), SLOTS + OUT * SLOT), splat(get(target))), splat(get(last))))
  return {
    name: 'search',
    parameters: 8,
    result: true,
    locals: [],
    body: [
      ...begin(MIDSTATE, BLOCKS, OUT),
      ...repeat(
        [
          ...put(a, 0),
          ...put(b, 1),
          ...when(early, begin(MIDSTATE, BLOCKS, OUT)),
          ...end(MIDSTATE, BLOCKS, OUT),
          ...when(get(two), compress(OUT, BLOCKS + 16, OUT)),
          ...when(hit, giveBack(get(from))),
          ...when(get(two), begin(MIDSTATE, BLOCKS, OUT)),
          ...set(from, plus(get(from), number(2 * SLOT))),
        ],
        less(get(from), get(to)),
      ),
      ...number(-1),
    ],
  }
}

/** `iterate` of kernels. */
function iteration(): Func {
  const [left] = [0]
  const addTo = (word: number): Code => {
    const address = (slot: number) => SLOTS + (slot + word) * SLOT
    return store(number(0), xor(load(number(0), address(SUM)), load(number(0), address(CHAIN))), address(SUM))
  }
  return {
    name: 'iterate',
    parameters: 1,
    result: false,
    locals: [],
    body: repeat(
      [
        ...compress(INNER, CHAIN, CHAIN),
        ...compress(OUTER, CHAIN, CHAIN),
        ...Array.from({ length: 8 }, (_, word) => addTo(word)).flat(),
      ],
      tee(left, plus(get(left), number(-1))),
    ),
  }
}

/**
 * SHA-256 of four messages at a time, in WebAssembly with SIMD.
 * @throws where it cannot run
 */
export function simdKernel(): Kernel {
  const functions = [beginning, ending, searching(), iteration()]
  const { memory, exports } = assemble(functions, BEGUN + WORDS.length * SLOT)
  const { begin, end, search, iterate } = exports
  new Int32Array(memory.buffer).set(ROUND_CONSTANTS)
  const words = new Int32Array(memory.buffer, SLOTS)
  const kernel: Kernel = {
    lanes: LANES,
    words,
    compress(state, block, out) {
      begin!(state * SLOT, block * SLOT, out * SLOT)
      end!(state * SLOT, block * SLOT, out * SLOT)
    },
    search(from, to, at, a, b, two, target, last) {
      const hit = search!(from * 2 * SLOT, to * 2 * SLOT, at * SLOT, a, b, two ? 1 : 0, target, last)
      return hit < 0 ? hit : hit / (2 * SLOT)
    },
    iterate: times => void (times > 0 && iterate!(times)),
  }
  INITIAL_STATE.forEach((word, i) => {
    fill(kernel, START + i, word)
  })
  return kernel
}
