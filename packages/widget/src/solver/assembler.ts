/**
 * A small WebAssembly assembler. Kernels are put together where they run: a loop that writes their rounds is
 * far smaller to send than the rounds are, and it can be read. Instructions are written as functions of what
 * they take from the stack.
 */
export type Code = readonly number[]

/** Value types of parameters and locals. */
export const I32 = 0x7f
export const V128 = 0x7b
const FUNCTION_TYPE = 0x60
const VOID = 0x40
const SIMD = 0xfd

/** A signed number in LEB128; unsigned ones that are at most 2³¹ − 1 read the same, if a little longer. */
function leb(n: number): number[] {
  const low = n & 0x7f
  const rest = n >> 7
  const last = (rest === 0 && low < 64) || (rest === -1 && low >= 64)
  return last ? [low] : [low | 0x80, ...leb(rest)]
}

const simd = (op: number): Code => [SIMD, ...(op < 0x80 ? [op] : [(op & 0x7f) | 0x80, op >> 7])]
const unary =
  (...op: number[]) =>
  (x: Code): Code => [...x, ...op]
const binary =
  (...op: number[]) =>
  (x: Code, y: Code): Code => [...x, ...y, ...op]

export const get = (local: number): Code => [0x20, local]
export const set = (local: number, x: Code): Code => [...x, 0x21, local]
export const tee = (local: number, x: Code): Code => [...x, 0x22, local]
export const number = (n: number): Code => [0x41, ...leb(n)]
export const call = (name: number, ...args: Code[]): Code => [...args.flat(), 0x10, name]
export const giveBack = (x: Code): Code => [...x, 0x0f]
/** A block that is run when `x` is not 0. */
export const when = (x: Code, body: Code): Code => [...x, 0x04, VOID, ...body, 0x0b]
/** A block that is run again as long as `x`, at its end, is not 0. */
export const repeat = (body: Code, x: Code): Code => [0x03, VOID, ...body, ...x, 0x0d, 0, 0x0b]

export const less = binary(0x48)
export const plus = binary(0x6a)

/** Memory at `address` and a constant on top of it. Nothing is assumed of how addresses are aligned. */
const memory = (op: number, offset: number): Code => [...simd(op), 0, ...leb(offset)]
export const load = (address: Code, offset = 0): Code => [...address, ...memory(0, offset)]
/** One word in all lanes. */
export const loadSplat = (address: Code, offset = 0): Code => [...address, ...memory(9, offset)]
export const store = (address: Code, x: Code, offset = 0): Code => [...address, ...x, ...memory(11, offset)]

export const splat = unary(...simd(17))
export const anyTrue = unary(...simd(83))
export const add = binary(...simd(174))
export const and = binary(...simd(78))
export const or = binary(...simd(80))
export const xor = binary(...simd(81))
/** Unsigned, lane by lane. */
export const atMost = binary(...simd(62))
export const shiftLeft = (x: Code, n: number): Code => [...x, ...number(n), ...simd(171)]
export const shiftRight = (x: Code, n: number): Code => [...x, ...number(n), ...simd(173)]
/** The lanes of a vector in another order. */
export const reorder = (x: Code, lanes: readonly number[]): Code => [
  ...x,
  ...x,
  ...simd(13),
  ...lanes.flatMap(lane => [0, 1, 2, 3].map(byte => 4 * lane + byte)),
]

/** A function that is exported as `name`, with i32 parameters; its locals come after them. */
export interface Func {
  name: string
  parameters: number
  /** Whether it returns an i32. */
  result: boolean
  /** Types of its locals. */
  locals: readonly number[]
  body: Code
}

const vector = (items: readonly Code[]): Code => [...leb(items.length), ...items.flat()]
const sized = (bytes: Code): Code => [...leb(bytes.length), ...bytes]
const section = (id: number, items: readonly Code[]): Code => [id, ...sized(vector(items))]
const text = (name: string): Code => sized([...name].map(letter => letter.charCodeAt(0)))

/** The bytes of a module of functions over the memory that is imported as `m.m`. */
export const moduleOf = (functions: readonly Func[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(
      1,
      functions.map(({ parameters, result }) => [
        FUNCTION_TYPE,
        ...vector(Array.from({ length: parameters }, () => [I32])),
        ...vector(result ? [[I32]] : []),
      ]),
    ),
    ...section(2, [[...text('m'), ...text('m'), 2, 0, 0]]),
    ...section(
      3,
      functions.map((_, i) => leb(i)),
    ),
    ...section(
      7,
      functions.map(({ name }, i) => [...text(name), 0, ...leb(i)]),
    ),
    ...section(
      10,
      functions.map(({ locals, body }) => sized([...vector(locals.map(type => [1, type])), ...body, 0x0b])),
    ),
  ])

/** Bytes of a page of WebAssembly memory. */
const PAGE = 65_536

/**
 * Compiles functions over a memory of so many bytes, at once.
 * @throws where the policy of this worker or page forbids WebAssembly, or the browser has no SIMD
 */
export function assemble(functions: readonly Func[], bytes: number) {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleOf(functions)), {
    m: { m: memory },
  })
  return { memory, exports: exports as Record<string, (...args: number[]) => number> }
}
