import crypto from 'node:crypto'
import { createRequire } from 'node:module'
import { keyedStream } from '@upright/core'
import type { Sample } from './samples.ts'

const require = createRequire(import.meta.url)

/** Runs `make` with chance that is the same at every run, for generators that cannot be given any. */
async function withFixedChance<T>(make: () => T | Promise<T>): Promise<T> {
  const { random } = Math
  const { randomBytes } = crypto
  const stream = keyedStream(new Uint8Array(32))
  const fixed = (size: number, done?: (error: null, bytes: Buffer) => void) => {
    const bytes = Buffer.from(Array.from({ length: size }, () => stream.below(256)))
    done?.(null, bytes)
    return bytes
  }
  Math.random = stream.unit
  Object.assign(crypto, { randomBytes: fixed })
  try {
    return await make()
  } finally {
    Math.random = random
    Object.assign(crypto, { randomBytes })
  }
}

/** Pictures of svg-captcha as it makes them when it is told nothing: 4 characters, SVG. */
export const svgCaptchas = (count: number): Promise<Sample[]> =>
  withFixedChance(() => {
    const { create } = require('svg-captcha') as { create(): { text: string; data: string } }
    return Array.from({ length: count }, () => {
      const { text, data } = create()
      return { answer: text, bytes: Buffer.from(data) }
    })
  })

/** Pictures of trek-captcha: 5 letters, GIF. */
export const trekCaptchas = (count: number): Promise<Sample[]> =>
  withFixedChance(async () => {
    // It keeps the source of chance that it finds when it is loaded.
    const trek = require('trek-captcha') as (options: {
      size: number
    }) => Promise<{ token: string; buffer: Buffer }>
    const samples: Sample[] = []
    while (samples.length < count) {
      const { token, buffer } = await trek({ size: 5 })
      samples.push({ answer: token, bytes: buffer })
    }
    return samples
  })
