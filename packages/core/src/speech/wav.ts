import { RATE } from './voices.ts'

const HEADER = 44

/**
 * A WAV file: PCM, 16 bit, mono, 16 kHz, with a note at its end on whom it is from. The sample of size
 * `peak`, the largest, comes to −1 dBFS.
 */
export function encodeWav(sound: Float32Array, peak: number, credit: string): Uint8Array {
  const note = Buffer.from(`${credit}\0`)
  const list = 20 + note.length + (note.length & 1)
  const data = 2 * sound.length
  // Every byte is written below.
  const file = Buffer.allocUnsafeSlow(HEADER + data + list)
  file.write('RIFF', 0)
  file.writeUInt32LE(file.length - 8, 4)
  file.write('WAVEfmt ', 8)
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(RATE, 24)
  file.writeUInt32LE(2 * RATE, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36)
  file.writeUInt32LE(data, 40)

  const scale = peak > 0 ? PEAK_SAMPLE / peak : 0
  // A typed array would write in the machine's own order of bytes, which is little-endian wherever Node runs.
  const samples = new Int16Array(file.buffer, file.byteOffset + HEADER, sound.length)
  for (let i = 0; i < sound.length; i++) {
    // Rounded by cutting off what is above zero: a choice by sign would cost more than the rest.
    samples[i] = ((sound[i]! * scale + 32_768.5) | 0) - 32_768
  }

  const at = HEADER + data
  file.write('LIST', at)
  file.writeUInt32LE(list - 8, at + 4)
  file.write('INFOICOP', at + 8)
  file.writeUInt32LE(note.length, at + 16)
  note.copy(file, at + 20)
  if (note.length & 1) file[file.length - 1] = 0
  return file
}

/** −1 dBFS as a 16-bit sample. */
const PEAK_SAMPLE = Math.floor(32767 * 10 ** (-1 / 20))
