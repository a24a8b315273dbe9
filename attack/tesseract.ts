import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Found, Mode } from './reader.ts'
import { canvasOf, type View } from './views.ts'

/** White that Tesseract wants around what it reads, in pixels. */
const MARGIN = 16
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
  const name = `Tesseract ${/\d+\.\d+/.exec(stdout)?.[0] ?? ''}`.trim()
  return { reader: { name, height: 96, modes: ['line', 'block'], read } }
}

async function read(views: readonly View[], mode: Mode, alphabet: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'upright-attack-'))
  try {
    const files = views.map((view, i) => {
      const file = join(folder, `${i}.png`)
      writeFileSync(file, canvasOf(view, MARGIN).toBuffer('image/png'))
      return file
    })
    const list = join(folder, 'list.txt')
    writeFileSync(list, files.join('\n'))
    try {
      return (await readFile(list, mode, alphabet)).split(PAGE).slice(0, files.length)
    } catch {
      // It dies of some pictures: then one by one, and those are not read.
      const texts: string[] = []
      for (const file of files) texts.push(await readFile(file, mode, alphabet).catch(() => ''))
      return texts
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What it reads in a picture, or in each picture of a list. It may not look words up: codes are none. */
async function readFile(file: string, mode: Mode, alphabet: string): Promise<string> {
  const settings = [`tessedit_char_whitelist=${alphabet}`, 'load_system_dawg=0', 'load_freq_dawg=0']
  const args = [file, 'stdout', '--psm', LAYOUTS[mode], ...settings.flatMap(setting => ['-c', setting])]
  // One thread: two get into each other's way in pictures this small.
  const { stdout } = await execute('env', ['OMP_THREAD_LIMIT=1', 'tesseract', ...args], {
    maxBuffer: 2 ** 28,
  })
  return stdout
}
