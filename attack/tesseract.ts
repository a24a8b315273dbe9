import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Found, Mode } from './reader.ts'
import type { View } from './views.ts'

/** White that Tesseract wants around what it reads, in pixels. */
const MARGIN_PIXELS = 16
/** Its numbers for how a page is laid out. */
const LAYOUTS = { line: '7', block: '6' } as const
/** Between pages of its output. */
const PAGE = '\f'

const execute = promisify(execFile)

/** Tesseract as the system has it. */
export function findTesseract(): Found {
  const { stdout, status } = spawnSync('tesseract', ['--version'], { encoding: 'utf8' })
  if (status !== 0) {
    return { skipped: 'No Tesseract. On Debian: apt-get install tesseract-ocr tesseract-ocr-eng' }
  }
  const name = `Tesseract ${/\b\d+\.\d+/.exec(stdout)?.[0] ?? ''}`.trim()
  return { reader: { name, height: 96, modes: ['line', 'block'], read } }
}

async function read(views: readonly View[], mode: Mode, alphabet: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'upright-attack-'))
  try {
    const files = views.map((view, i) => {
      const file = join(folder, `${i}.ppm`)
      writeFileSync(file, pixmapOf(view))
      return file
    })
    return await readFiles(files, mode, alphabet)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * What it reads in each of some pictures. It dies of a few: the list is halved until they stand alone, and
 * those are not read.
 */
async function readFiles(files: string[], mode: Mode, alphabet: string): Promise<string[]> {
  const list = `${files[0]}.txt`
  writeFileSync(list, files.join('\n'))
  try {
    return (await run(list, mode, alphabet)).split(PAGE).slice(0, files.length)
  } catch {
    if (files.length === 1) return ['']
    const half = files.length >> 1
    const before = await readFiles(files.slice(0, half), mode, alphabet)
    return [...before, ...(await readFiles(files.slice(half), mode, alphabet))]
  }
}

/** What it writes about a list of pictures. It may not look words up: codes are none. */
async function run(list: string, mode: Mode, alphabet: string): Promise<string> {
  const settings = [`tessedit_char_whitelist=${alphabet}`, 'load_system_dawg=0', 'load_freq_dawg=0']
  const args = [list, 'stdout', '--psm', LAYOUTS[mode], ...settings.flatMap(setting => ['-c', setting])]
  // One thread: two get into each other's way in pictures this small.
  const { stdout } = await execute('env', ['OMP_THREAD_LIMIT=1', 'tesseract', ...args], {
    maxBuffer: 2 ** 28,
  })
  return stdout
}

/** A view with white around it as a portable pixmap, which takes no time to write. */
export function pixmapOf({ width, height, rgba }: View): Buffer {
  const [across, down] = [width + 2 * MARGIN_PIXELS, height + 2 * MARGIN_PIXELS]
  const pixels = Buffer.alloc(3 * across * down, 255)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 4 * (y * width + x)
      const to = 3 * ((y + MARGIN_PIXELS) * across + x + MARGIN_PIXELS)
      for (let channel = 0; channel < 3; channel++) pixels[to + channel] = rgba[from + channel]!
    }
  }
  return Buffer.concat([Buffer.from(`P6 ${across} ${down} 255\n`), pixels])
}
