import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RATE } from '../../packages/core/src/speech/voices.ts'
import { type Language, wordingOf } from './words.ts'

/** Where a voice's clips come from. */
export type Source =
  | { engine: 'espeak'; voice: string; speed: number; pitch: number }
  | { engine: 'flite'; voice: string; stretch: number }
  /** Recordings of letters and digits only. */
  | { engine: 'asterisk'; voice: string }

const SOUNDS = '/usr/share/asterisk/sounds'

/** Ends the program, saying what to install, when something is not on this machine. */
export function requireEngines(): void {
  const lacking = ['espeak-ng', 'flite', 'ffmpeg'].filter(name => spawnSync('which', [name]).status !== 0)
  const folders = { fr: 'fr_CA_f_June', en: 'en_US_f_Allison', es: 'es_MX_f_Allison', it: 'it_IT_m_Carlo' }
  for (const [language, folder] of Object.entries(folders)) {
    if (!existsSync(join(SOUNDS, folder, 'letters/a.g722')))
      lacking.push(`asterisk-core-sounds-${language}-g722`)
  }
  if (lacking.length > 0) {
    console.error(`Type first: apt-get install --no-install-recommends ${lacking.join(' ')}`)
    process.exit(1)
  }
}

function run(command: string, args: string[], input?: Uint8Array): Buffer {
  const { status, stdout, stderr } = spawnSync(command, args, { input, maxBuffer: 1 << 26 })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
  return stdout
}

/** The sound of a file's bytes at our rate, in units of 16-bit samples. */
function decode(bytes: Uint8Array, ...format: string[]): Float64Array {
  const resample = `aresample=${RATE}:filter_size=64:cutoff=0.97`
  const args = ['-v', 'error', ...format, '-i', '-', '-af', resample, '-ac', '1', '-f', 's16le', '-']
  const out = run('ffmpeg', args, bytes)
  return Float64Array.from({ length: out.length >> 1 }, (_, i) => out.readInt16LE(2 * i))
}

function recorded(voice: string, path: string): Float64Array {
  return decode(readFileSync(join(SOUNDS, voice, `${path}.g722`)), '-f', 'g722')
}

/**
 * A sound with its lower frequencies held back by up to 4 ms, which ears do not notice. eSpeak NG sends all
 * of a glottal pulse at one instant, and ADPCM cannot follow such a jump: it would leave noise at -6 dB where
 * it now is at -27.
 */
function spreadPulses(sound: Float64Array): Float64Array {
  let spread = sound
  for (let pass = 0; pass < 20; pass++) {
    let [before, out] = [0, 0]
    // An all-pass filter.
    spread = spread.map(x => {
      out = 0.5 * (out - x) + before
      before = x
      return out
    })
  }
  return spread
}

/**
 * What a voice says for a clip, as its engine gives it, or nothing where it cannot say it. Programs speak
 * faster by `tempo`; recordings are as they are.
 */
export function say(
  source: Source,
  language: Language,
  clip: string,
  tempo: number,
): Float64Array | undefined {
  const wording = wordingOf(language, clip)
  if (source.engine === 'espeak') {
    const { voice, pitch } = source
    const speed = Math.round(source.speed * tempo)
    return spreadPulses(
      decode(run('espeak-ng', ['-v', voice, '-s', `${speed}`, '-p', `${pitch}`, '--stdout', wording])),
    )
  }
  if (source.engine === 'flite') {
    const folder = mkdtempSync(join(tmpdir(), 'voices-'))
    const file = join(folder, 'clip.wav')
    try {
      const stretch = `duration_stretch=${source.stretch / tempo}`
      run('flite', ['-voice', source.voice, '--setf', stretch, '-t', wording, '-o', file])
      return decode(readFileSync(file))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  if (clip.length > 1) return
  return recorded(source.voice, /\d/.test(clip) ? `digits/${clip}` : `letters/${clip.toLowerCase()}`)
}
