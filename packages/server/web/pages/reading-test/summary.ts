import { type Child, h } from '../../../../widget/src/parts/dom.ts'
import type { Item, Result, Standing } from '../../../src/reading-test/wire.ts'
import type { Voice } from '../../shared/language.ts'
import type { Word } from './words.ts'

/** How the test went, in the language of the moment: what its owner puts on the page. */
export function summary(
  { result, misread }: NonNullable<Standing['end']>,
  voice: Voice<Word>,
): HTMLElement[] {
  const { say } = voice
  const format = (value: number, options: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat(voice.language, options).format(value)
  const share = (value: number) => format(value, { style: 'percent', maximumFractionDigits: 1 })
  const number = (value: number) => format(value, { maximumFractionDigits: 1 })

  function figures({ whole, characters, turns, seconds, skipped }: Result): HTMLElement {
    const between = { low: share(whole.low), high: share(whole.high) }
    const rows: [string, string, string?][] = [
      [
        say(turns ? 'wholeDiscs' : 'wholeCodes'),
        say('wholeOf', whole),
        say('between', { share: share(whole.right / whole.of), ...between }),
      ],
    ]
    if (characters && characters.of > 0)
      rows.push([say('characters'), say('wholeOf', characters), share(characters.right / characters.of)])
    if (turns) {
      for (const [n, right] of Object.entries(turns.within))
        rows.push([say('within', { n }), say('wholeOf', { right, of: result.answered })])
      if (turns.median !== null) rows.push([say('off'), `${number(turns.median)}°`, say('median')])
    }
    if (seconds !== null) rows.push([say('pace'), say('seconds', { n: number(seconds) }), say('median')])
    if (skipped > 0) rows.push([say('skipped'), String(skipped)])
    const cells = rows.map(([name, value, more]) =>
      h('div', {}, h('dt', {}, name), h('dd', {}, h('strong', {}, value), more && h('span', {}, more))),
    )
    return h('dl', { class: 'figures' }, ...cells)
  }

  function confusions(all: NonNullable<Result['confusions']>): HTMLElement {
    const cell = (text: string) => h('td', {}, text ? h('b', {}, text) : h('i', {}, say('nothing')))
    const head = (['wanted', 'typed', 'times', 'where'] as const).map(word =>
      h('th', { scope: 'col' }, say(word)),
    )
    const rows = all.map(({ wanted, typed, times, items }) =>
      h(
        'tr',
        {},
        cell(wanted),
        cell(typed),
        h('td', {}, String(times)),
        h('td', { class: 'where' }, items.join(', ')),
      ),
    )
    return h(
      'table',
      {},
      h('caption', {}, say('confusions')),
      h('thead', {}, h('tr', {}, ...head)),
      h('tbody', {}, ...rows),
    )
  }

  function study({ n, src }: { n: number; src: string }): HTMLElement {
    const item = result.items[n - 1]!
    const skipped = h('i', {}, say('unanswered'))
    const pairs: [string, Child][] = result.turns
      ? [[say('leftAt'), item.off === undefined ? skipped : lean(item.off)]]
      : [
          [say('wanted'), h('code', {}, item.wanted)],
          [say('typed'), item.typed === null ? skipped : h('code', {}, item.typed)],
        ]
    return h(
      'li',
      {},
      h('h3', {}, say('number', { n })),
      shown(src, item, say('number', { n })),
      h('dl', {}, ...pairs.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))),
    )
  }

  const lean = (off: number) => say(off < 0 ? 'left' : 'right', { n: Math.abs(off) })

  return [
    h('h2', { id: 'outcome' }, say('outcome')),
    figures(result),
    ...(result.confusions?.length ? [confusions(result.confusions)] : []),
    h('h2', {}, say(misread.length > 0 ? 'misread' : 'misreadNone')),
    ...(misread.length > 0 ? [h('ol', { class: 'study' }, ...misread.map(study))] : []),
  ]
}

/** A challenge to be looked at, or listened to, once more; a disc as it was left. */
function shown(src: string, { typed, off }: Item, name: string): HTMLElement {
  if (src.startsWith('data:audio')) {
    const bytes = Uint8Array.from(atob(src.slice(src.indexOf(',') + 1)), char => char.charCodeAt(0))
    const address = URL.createObjectURL(new Blob([bytes], { type: 'audio/x-wav' }))
    return h('audio', { controls: true, src: address, 'aria-label': name })
  }
  const disc = src.startsWith('data:image/jpeg')
  const image = h('img', { src, alt: name, class: disc && 'disc' })
  if (off !== undefined) image.style.transform = `rotate(${typed}deg)`
  return image
}
