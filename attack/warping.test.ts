import { keyedStream, speakCode } from '@upright/core'
import { describe, expect, it } from 'vitest'
import { recordingsOf } from './sounds.ts'
import { createWarper } from './warping.ts'

const all = recordingsOf('en')
/** The digits of one voice, and words before a code. */
const recordings = [
  ...all.filter(({ says }) => says !== '').slice(0, 10),
  all.find(({ says }) => says === '')!,
]
const listen = createWarper(recordings)

/** The words and a code, played at a speed with silence between them: all notes move with it. */
function played(code: string, speed: number): number[] {
  const samples: number[] = []
  for (const says of ['', ...code]) {
    const clip = recordings.find(recording => recording.says === says)!.samples
    for (let at = 0; at < clip.length; at += speed) samples.push(clip[Math.floor(at)]!)
    samples.push(...new Array<number>(3000).fill(0))
  }
  return samples
}

describe('a warper', () => {
  it.each([
    ['2903', 1],
    ['5555', 1.06],
    ['468017', 0.96],
  ])('hears %s in recordings it holds, played %d times as fast', (code, speed) => {
    expect(listen(played(code, speed), code.length)).toBe(code)
  })

  it('hears as many digits as it is told, in whatever it is given', () => {
    const sound = Buffer.from(speakCode('2903468', { language: 'fr' }, keyedStream(new Uint8Array(32))))
    const samples = Array.from({ length: (sound.length - 44) >> 1 }, (_, i) => sound.readInt16LE(44 + 2 * i))
    expect(listen(samples, 7)).toMatch(/^\d{7}$/)
    expect(listen(new Int16Array(48_000), 3)).toMatch(/^\d{3}$/)
  })

  it('hears nothing in a sound too short for a code', () => {
    expect(listen([1, 2, 3], 6)).toBe('')
  })
})
