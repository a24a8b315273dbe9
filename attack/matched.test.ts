import { keyedStream, speakCode } from '@upright/core'
import { describe, expect, it } from 'vitest'
import { createListener, type Recording } from './matched.ts'
import { distance, recordingsOf } from './sounds.ts'

const all = recordingsOf('en')
const lead = all.find(({ says }) => says === '')!
/** The digits of one voice, and words before a code. */
const recordings = [...all.filter(({ says }) => says !== '').slice(0, 10), lead]

/** Recordings played as they are, one after the other, with silence between them. */
function played(clips: readonly Recording[], pause: number): Float64Array {
  const samples: number[] = []
  const silence = () => samples.push(...new Array<number>(pause).fill(0))
  silence()
  for (const clip of clips) {
    samples.push(...Array.from(clip.samples))
    silence()
  }
  return Float64Array.from(samples)
}

describe('a listener', () => {
  it('hears every code that is played from recordings it holds', () => {
    const listen = createListener(recordings, 8 * 16_000)
    const clipOf = (says: string) => recordings.find(recording => recording.says === says)!
    for (const code of ['2903', '5555', '468027']) {
      const clips = [lead, ...[...code].map(clipOf)]
      expect(listen(played(clips, 3000), code.length)).toBe(code)
    }
  })

  it('hears something else in a code that is spoken again', () => {
    const listen = createListener(recordings, 9 * 16_000)
    const sound = Buffer.from(speakCode('2903468', { language: 'en' }, keyedStream(new Uint8Array(32))))
    const samples = Array.from({ length: (sound.length - 44) >> 1 }, (_, i) => sound.readInt16LE(44 + 2 * i))
    const heard = listen(samples.slice(0, 9 * 16_000), 7)
    expect(heard).toMatch(/^\d{7}$/)
    expect(heard).not.toBe('2903468')
  })
})

it('distance counts what is changed, put in and left out', () => {
  expect(distance('1234', '1234')).toBe(0)
  expect(distance('1234', '134')).toBe(1)
  expect(distance('1234', '91235')).toBe(2)
  expect(distance('', '12')).toBe(2)
})
