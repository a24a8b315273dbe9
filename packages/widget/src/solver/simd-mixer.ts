import {
  add,
  assemble,
  type Code,
  type Func,
  get,
  I32,
  less,
  load,
  number,
  or,
  plus,
  reorder,
  repeat,
  set,
  shiftLeft,
  shiftRight,
  store,
  V128,
  xor,
} from './assembler.ts'
import { type Mixer, mixerWords, SALSA_WORDS } from './scrypt.ts'

/** Bytes of four words. */
const ROW = 16
const SALSA_BYTES = 4 * SALSA_WORDS
const ROWS = [0, 1, 2, 3]

/**
 * The diagonals of Salsa20's square of words are rows here, for a vector holds a row: a round works on four
 * words of each diagonal at a time.
 */
const ORDER = Array.from({ length: SALSA_WORDS }, (_, i) => (13 * i) % SALSA_WORDS)

/** `mix` of mixers, or `mixBoth`: `other` is another block, joined by XOR. Parameters are addresses. */
function mixing(name: string, both: boolean, r: number): Func {
  const [from, to, other, end, sum] = [0, 1, 2, 3, 4]
  const x = (row: number) => 5 + row
  const input = (row: number) => 9 + row
  const read = (offset: number): Code =>
    both ? xor(load(get(from), offset), load(get(other), offset)) : load(get(from), offset)

  const step = (to: number, a: number, b: number, n: number): Code => [
    ...set(sum, add(get(x(a)), get(x(b)))),
    ...set(x(to), xor(get(x(to)), or(shiftLeft(get(sum), n), shiftRight(get(sum), 32 - n)))),
  ]
  const turn = (row: number, by: number): Code =>
    set(
      x(row),
      reorder(
        get(x(row)),
        ROWS.map(lane => (lane + by) % 4),
      ),
    )
  /** A round, after which rows are turned so that the next one finds its words in the same lanes. */
  const round = (b: number, d: number): Code => [
    ...step(b, 0, d, 7),
    ...step(2, b, 0, 9),
    ...step(d, 2, b, 13),
    ...step(0, d, 2, 18),
    ...turn(b, 3),
    ...turn(2, 2),
    ...turn(d, 1),
  ]
  const rounds = Array.from({ length: 4 }, () => [...round(1, 3), ...round(3, 1)]).flat()
  /** One of two pieces: the even one goes to the first half of the block, the odd one to the second. */
  const piece = (odd: number): Code => [
    ...ROWS.flatMap(row => set(x(row), xor(get(x(row)), read(odd * SALSA_BYTES + row * ROW)))),
    ...ROWS.flatMap(row => set(input(row), get(x(row)))),
    ...rounds,
    ...ROWS.flatMap(row => set(x(row), add(get(x(row)), get(input(row))))),
    ...ROWS.flatMap(row => store(get(to), get(x(row)), odd * r * SALSA_BYTES + row * ROW)),
  ]
  const advance = (local: number, bytes: number): Code => set(local, plus(get(local), number(bytes)))
  return {
    name,
    parameters: 3,
    result: false,
    locals: [I32, ...Array.from({ length: 9 }, () => V128)],
    body: [
      ...ROWS.flatMap(row => set(x(row), read((2 * r - 1) * SALSA_BYTES + row * ROW))),
      ...set(end, plus(get(from), number(2 * r * SALSA_BYTES))),
      ...repeat(
        [
          ...piece(0),
          ...piece(1),
          ...advance(from, 2 * SALSA_BYTES),
          ...advance(to, SALSA_BYTES),
          ...(both ? advance(other, 2 * SALSA_BYTES) : []),
        ],
        less(get(from), get(end)),
      ),
    ],
  }
}

/**
 * scryptBlockMix in WebAssembly with SIMD, for N and r of scrypt.
 * @throws where it cannot run
 */
export function simdMixer(n: number, r: number): Mixer {
  const functions = [mixing('mix', false, r), mixing('mixBoth', true, r)]
  const { memory, exports } = assemble(functions, 4 * mixerWords(n, r))
  const { mix, mixBoth } = exports as Record<'mix' | 'mixBoth', NonNullable<typeof exports.x>>
  return {
    words: new Int32Array(memory.buffer),
    order: ORDER,
    mix: (from, to) => void mix(4 * from, 4 * to, 0),
    mixBoth: (from, other, to) => void mixBoth(4 * from, 4 * to, 4 * other),
  }
}
