import { h } from '../../../../widget/src/parts/dom.ts'
import { copies } from '../../shared/copy.ts'
import type { Voice } from '../../shared/language.ts'
import type { Exchange } from './client.ts'
import type { Word } from './words.ts'

/** Requests kept on show: a wrong answer and the picture that follows it stand side by side. */
const MAX_EXCHANGES = 4
/** Characters of a picture that are shown of its thousands. */
const PICTURE_START = 48

const quote = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`

/** The command that repeats an exchange from a terminal. */
export function curlOf(
  { method, path, sent }: Pick<Exchange, 'method' | 'path' | 'sent'>,
  origin: string,
): string {
  const parts = [
    `curl${sent === undefined ? '' : ` -X ${method}`} ${quote(origin + path)}`,
    // The demo site answers without a token to pages of this origin, so the command says that it is one.
    ...(path.startsWith('/s/') ? [`-H ${quote(`Origin: ${origin}`)}`] : []),
    ...(sent?.startsWith('{') ? ["-H 'Content-Type: application/json'"] : []),
    ...(sent === undefined ? [] : [`-d ${quote(sent)}`]),
  ]
  return parts.join(' \\\n  ')
}

function shortened(text: string): string {
  return text.replace(/(data:image\/png;base64,[^"]+)/, (picture: string) =>
    picture.length > PICTURE_START ? `${picture.slice(0, PICTURE_START)}… (${picture.length})` : picture,
  )
}

/** The panel that shows the page's own requests, the newest first. */
export function createExchanges(panel: HTMLElement, voice: Voice<Word>) {
  const kept: { exchange: Exchange; open: boolean }[] = []

  const row = (entry: { exchange: Exchange; open: boolean }) => {
    const { exchange } = entry
    const { method, path, status, ms, type, received } = exchange
    const short = path.replace(/^\/s\/.*\//, '…/')
    const state = status ? `${status} · ${ms} ms` : voice.say('noAnswer')
    const bad = status === 0 || status >= 400
    const answer =
      typeof received === 'number'
        ? voice.say('bytes', { n: received, type })
        : shortened(received).trim() || '—'
    const command = h('code', {}, curlOf(exchange, location.origin))
    const button = h('button', { type: 'button', class: 'copy' }, voice.say('copy'))
    copies(button, command, () => ({
      copy: voice.say('copy'),
      copied: voice.say('copied'),
      notCopied: voice.say('notCopied'),
    }))
    const block = (title: string, ...content: (Node | string)[]) => [
      h('h3', {}, title),
      h('div', { class: 'code' }, h('pre', { tabindex: 0, role: 'group', 'aria-label': title }, ...content)),
    ]
    const details = h(
      'details',
      { open: entry.open },
      h(
        'summary',
        {},
        h('b', {}, method),
        h('code', {}, short),
        h('span', bad ? { class: 'bad' } : {}, state),
      ),
      h(
        'div',
        { class: 'body' },
        ...block(voice.say('request'), `${method} ${path}${exchange.sent ? `\n\n${exchange.sent}` : ''}`),
        ...block(voice.say('response'), `${status || ''} ${type}\n\n${answer}`.trim()),
        ...block(voice.say('command'), command),
        button,
      ),
    )
    details.addEventListener('toggle', () => {
      entry.open = details.open
    })
    return details
  }

  const draw = () => {
    if (kept.length > 0) panel.replaceChildren(...kept.map(row))
  }
  return {
    /** Shows one more, collapsed; what the visitor has opened stays open. */
    add(exchange: Exchange) {
      kept.unshift({ exchange, open: false })
      kept.length = Math.min(kept.length, MAX_EXCHANGES)
      draw()
    },
    /** Says it all again, in the language of the moment. */
    draw,
  }
}
