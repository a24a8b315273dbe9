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

/** `compress` of kernels, with all its rounds one after the other. Its parameters are addresses. */
function compression(): Func {
  const [state, block, out, temporary] = [0, 1, 2, 3]
  const w = (i: number) => 4 + (i % 16)
  // Instead of moving eight words on, each round takes them by other names.
  const at = (word: number, round: number) => 20 + ((word - round + 64) % 8)
  const scheduled = (i: number): Code => {
    const [x, y] = [w(i + 1), w(i + 14)]
    const s0 = xor(xor(rotate(x, 7), rotate(x, 18)), shiftRight(get(x), 3))
    const s1 = xor(xor(rotate(y, 17), rotate(y, 19)), shiftRight(get(y), 10))
    return tee(w(i), sum(get(w(i)), get(w(i + 9)), s0, s1))
  }
  const rounds = Array.from({ length: 64 }, (_, i): Code => {
    const [a, b, c, d, e, f, g, h] = Array.from({ length: 8 }, (_, word) => at(word, i)) as [
      ...[number, number, number, number, number, number, number, number],
    ]
    const word = i < 16 ? tee(w(i), load(get(block), SLOTS + i * SLOT)) : scheduled(i)
    const s1 = xor(xor(rotate(e, 6), rotate(e, 11)), rotate(e, 25))
    const choice = xor(get(g), and(get(e), xor(get(f), get(g))))
    const s0 = xor(xor(rotate(a, 2), rotate(a, 13)), rotate(a, 22))
    const majority = xor(and(get(a), get(b)), and(get(c), xor(get(a), get(b))))
    return [
      ...set(temporary, sum(word, loadSplat(number(0), 4 * i), get(h), choice, s1)),
      ...set(d, add(get(d), get(temporary))),
      ...set(h, sum(get(temporary), majority, s0)),
    ]
  }).flat()
  const words = Array.from({ length: 8 }, (_, word) => word)
  return {
    name: 'compress',
    parameters: 3,
    result: false,
    locals: Array.from({ length: 25 }, () => V128),
    body: [
      ...words.flatMap(word => set(at(word, 0), load(get(state), SLOTS + word * SLOT))),
      ...rounds,
      ...words.flatMap(word =>
        store(get(out), add(load(get(state), SLOTS + word * SLOT), get(at(word, 64))), SLOTS + word * SLOT),
      ),
    ],
  }
}

const compress = (state: number, block: number, out: number): Code =>
  call(0, number(state * SLOT), number(block * SLOT), number(out * SLOT))

/** `search` of kernels, whose groups and slot are addresses. */
function searching(): Func {
  const [from, to, at, a, b, two, target, last] = [0, 1, 2, 3, 4, 5, 6, 7]
  const put = (base: number, slot: number): Code =>
    store(get(at), or(splat(get(base)), load(get(from), SLOTS + (TABLE + slot) * SLOT)), SLOTS + slot * SLOT)
  const hit = anyTrue(atMost(xor(load(number(0), SLOTS + OUT * SLOT), splat(get(target))), splat(get(last))))
  return {
    name: 'search',
    parameters: 8,
    result: true,
    locals: [],
    body: [
      ...repeat(
        [
          ...put(a, 0),
          ...put(b, 1),
          ...compress(MIDSTATE, BLOCKS, OUT),
          ...when(get(two), compress(OUT, BLOCKS + 16, OUT)),
          ...when(hit, giveBack(get(from))),
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
  const { memory, exports } = assemble(
    [compression(), searching(), iteration()],
    SLOTS + 4 * memoryWords(LANES),
  )
  const { compress, search, iterate } = exports as Record<'compress' | 'search' | 'iterate', typeof exports.x>
  new Int32Array(memory.buffer).set(ROUND_CONSTANTS)
  const words = new Int32Array(memory.buffer, SLOTS)
  const kernel: Kernel = {
    lanes: LANES,
    words,
    compress: (state, block, out) => void compress!(state * SLOT, block * SLOT, out * SLOT),
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
