import { h } from '../../../../widget/src/parts/dom.ts'
import { createThanks } from '../../../src/dialects/rocaptcha/web/thanks.ts'
import { speechFor } from '../../../src/dialects/rocaptcha/web/words.ts'
import type { Voice } from '../../shared/language.ts'
import type { Word } from './words.ts'

const SAMPLES = [
  { name: 'Mia', status: 'ADOPTION' },
  { name: 'Oscar', status: 'FOUND' },
  { name: 'Luna', status: 'LOST' },
] as const

/**
 * Shows what the widget says about an animal of each status, with invented samples that are marked as such.
 */
export function drawSamples(list: HTMLElement, voice: Voice<Word>): void {
  const speech = speechFor(voice.language)
  const shelter = voice.say('sampleShelter')
  list.replaceChildren(
    ...SAMPLES.map(animal =>
      h(
        'li',
        { class: 'sheet' },
        h('p', { class: 'mark' }, voice.say('sample')),
        createThanks({ ...animal, shelter, city: '', link: '' }, speech),
      ),
    ),
  )
}
