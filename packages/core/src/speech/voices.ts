import { crc32 } from 'node:zlib'
import { CaptchaError } from '../errors.ts'
import { adpcmBytes, decodeAdpcm } from './adpcm.ts'

/** Samples a second, of clips and of sounds. */
export const RATE = 16_000

/** A clip: one recorded word of a voice. */
export interface Clip {
  samples: Int16Array
  /**
   * Pitch marks: places in `samples`, rising. In voiced parts one a glottal pulse; elsewhere one every few
   * milliseconds. A clip is stretched and its pitch moved by setting the pieces around its marks closer or
   * further.
   */
  marks: Int32Array
  /** 1 for each mark of a voiced part, else 0. */
  voiced: Uint8Array
}

/**
 * One speaker's clips by name: a letter or digit for its own name, `lead` for the words before a code, `as`
 * for what stands between a letter and a word, and `as A` … `as Z` for the words themselves.
 */
export interface Voice {
  name: string
  clips: ReadonlyMap<string, Clip>
}

/** The voices of a language. */
export interface Voices {
  voices: readonly Voice[]
  /** Whom the recordings are from, as their licences want it said. */
  credit: string
}

/** The JSON header of a voices file. */
export interface VoicesHead {
  credit: string
  voices: {
    name: string
    /** Name, samples and bytes of marks of each clip, in the order of the data. */
    clips: [name: string, samples: number, marks: number][]
  }[]
}

/** The first bytes of a voices file. */
export const MAGIC = 'UPV1'
/** Samples from one mark to the next for each unit of a byte that says so, in parts without voice. */
export const UNVOICED_UNIT = 5
/** From this byte on, a byte is the samples from the mark before to a voiced one: 62 to 500 Hz. */
export const FIRST_VOICED = 32

/**
 * Reads a voices file: `UPV1`, the CRC-32 of all that follows it, the length of the head (32 bits,
 * little-endian both), the head as JSON, then for each clip its marks and its IMA ADPCM samples. A mark's
 * byte says how far it is after the one before (the first: after the start): from 32 on that many samples and
 * voiced, below that many times five and not voiced. `name` is for the error.
 * @throws CaptchaError `asset_corrupt`
 */
export function decodeVoices(file: Uint8Array, name: string): Voices {
  checkFile(file, name)
  const bytes = bufferOf(file)
  let at = 12 + bytes.readUInt32LE(8)
  const { credit, voices } = JSON.parse(bytes.toString('utf8', 12, at)) as VoicesHead
  const take = (n: number) => {
    at += n
    return file.subarray(at - n, at)
  }
  return {
    credit,
    voices: voices.map(({ name, clips }) => ({
      name,
      clips: new Map(
        clips.map(([clip, samples, marks]) => [
          clip,
          { ...decodeMarks(take(marks)), samples: decodeAdpcm(take(adpcmBytes(samples)), samples) },
        ]),
      ),
    })),
  }
}

/** Whether a voices file is whole. @throws CaptchaError `asset_corrupt` */
export function checkFile(file: Uint8Array, name: string): void {
  const bytes = bufferOf(file)
  const whole =
    bytes.length >= 12 &&
    bytes.toString('latin1', 0, 4) === MAGIC &&
    bytes.readUInt32LE(4) === crc32(bytes.subarray(8))
  if (!whole) throw new CaptchaError('asset_corrupt', `${name} is damaged`)
}

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  Buffer.from(buffer, byteOffset, byteLength)

function decodeMarks(bytes: Uint8Array): Omit<Clip, 'samples'> {
  const marks = new Int32Array(bytes.length)
  const voiced = new Uint8Array(bytes.length)
  let at = 0
  bytes.forEach((byte, i) => {
    voiced[i] = byte >= FIRST_VOICED ? 1 : 0
    at += voiced[i] ? byte : byte * UNVOICED_UNIT
    marks[i] = at
  })
  return { marks, voiced }
}
