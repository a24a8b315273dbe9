import { h } from './dom.ts'
import type { Voice } from './language.ts'
import { createThanks } from './rocaptcha/thanks.ts'
import { speechFor } from './rocaptcha/words.ts'
import type { Word } from './words.ts'

const SAMPLES = [
  { name: 'Mia', status: 'ADOPTION' },
  { name: 'Oscar', status: 'FOUND' },
  { name: 'Luna', status: 'LOST' },
]

/** Shows what the widget tells of an animal with each status, by made-up ones that are marked as such. */
export function drawSamples(list: HTMLElement, voice: Voice<Word>): void {
  const speech = speechFor(voice.language)
  const shelter = voice.say('sampleShelter')
  list.replaceChildren(
    ...SAMPLES.map(animal =>
      h(
        'li',
        { class: 'sheet' },
        h('p', { class: 'mark' }, voice.say('sample')),
        createThanks({ ...animal, shelter }, speech),
      ),
    ),
  )
}
