/** Turns a signal of `size` complex samples into its spectrum, in place. */
export type Fft = (re: Float64Array, im: Float64Array) => void

/**
 * A fast Fourier transform of a power of two (Cooley and Tukey, 1965): radix 2, decimation in time. It
 * transforms back, `size` times too large, when real and imaginary parts change places.
 */
export function createFft(size: number): Fft {
  const cos = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size))
  const sin = Float64Array.from({ length: size / 2 }, (_, i) => Math.sin((2 * Math.PI * i) / size))
  const reversed = new Uint32Array(size)
  for (let i = 1; i < size; i++) reversed[i] = (reversed[i >> 1]! >> 1) | (i & 1 ? size >> 1 : 0)

  return (re, im) => {
    for (let i = 0; i < size; i++) {
      const j = reversed[i]!
      if (j <= i) continue
      const real = re[i]!
      const imaginary = im[i]!
      re[i] = re[j]!
      im[i] = im[j]!
      re[j] = real
      im[j] = imaginary
    }
    for (let half = 1; half < size; half *= 2) {
      const stride = size / (2 * half)
      for (let start = 0; start < size; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const a = start + k
          const b = a + half
          const wr = cos[k * stride]!
          const wi = sin[k * stride]!
          const real = re[b]! * wr + im[b]! * wi
          const imaginary = im[b]! * wr - re[b]! * wi
          re[b] = re[a]! - real
          im[b] = im[a]! - imaginary
          re[a]! += real
          im[a]! += imaginary
        }
      }
    }
  }
}
