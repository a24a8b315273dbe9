/** Step sizes of IMA ADPCM, the coding of 16-bit sound in 4 bits a sample that telephony uses. */
const STEPS = Int32Array.from([
  7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97,
  107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724,
  796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026,
  4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500,
  20350, 22385, 24623, 27086, 29794, 32767,
])
/** By how much the size of a step changes after each code. */
const SHIFTS = Int32Array.from([-1, -1, -1, -1, 2, 4, 6, 8])

const clamp = (value: number, low: number, high: number) => (value < low ? low : value > high ? high : value)

/** The state that coder and decoder go through alike: the sample guessed, and the size of the next step. */
function createPredictor() {
  let guess = 0
  let size = 0
  return {
    /** How far a sample is from the guess. */
    off: (sample: number) => sample - guess,
    step: () => STEPS[size]!,
    /** Goes on by one code of 4 bits and returns its sample. */
    take(code: number): number {
      const step = STEPS[size]!
      const change = ((2 * (code & 7) + 1) * step) >> 3
      guess = clamp(code & 8 ? guess - change : guess + change, -32768, 32767)
      size = clamp(size + SHIFTS[code & 7]!, 0, STEPS.length - 1)
      return guess
    },
  }
}

/** Bytes that `count` coded samples take. */
export const adpcmBytes = (count: number): number => (count + 1) >> 1

/** The samples of a clip: two a byte, the earlier one in the low half. */
export function decodeAdpcm(bytes: Uint8Array, count: number): Int16Array {
  const samples = new Int16Array(count)
  const { take } = createPredictor()
  for (let i = 0; i < count; i++) samples[i] = take((bytes[i >> 1]! >> (4 * (i & 1))) & 15)
  return samples
}

/** A clip's samples, coded. Clips begin near silence, where the coder starts. */
export function encodeAdpcm(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(adpcmBytes(samples.length))
  const { off, step, take } = createPredictor()
  samples.forEach((sample, i) => {
    const wanted = off(sample)
    const code = (wanted < 0 ? 8 : 0) | clamp(Math.floor((4 * Math.abs(wanted)) / step()), 0, 7)
    take(code)
    bytes[i >> 1]! |= code << (4 * (i & 1))
  })
  return bytes
}
