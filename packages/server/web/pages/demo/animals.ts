import { byId, h } from '../../../../widget/src/parts/dom.ts'
import type { Values, Voice } from '../../shared/language.ts'
import { judge, Trouble } from './client.ts'
import { createExchanges } from './exchanges.ts'
import { drawSamples } from './samples.ts'
import { watch } from './watch.ts'
import type { Word } from './words.ts'

type Widget = typeof window.RoCaptcha
type State = 'open' | 'passed' | 'wrong' | 'trouble'

/** What approves the address of a script, where browsers want that. */
interface ScriptPolicy {
  createScriptURL(query: string): string
}
declare global {
  interface Window {
    trustedTypes?: { createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy }
  }
}

/** The one script that this page loads by itself. */
const rules: ScriptPolicy = { createScriptURL: query => `/api/js/?${query}` }
const policy = window.trustedTypes?.createPolicy('rocaptcha', rules) ?? rules

/** The widget as every page embeds it, by the address of its script. */
function loadWidget(key: string, lang: string): Promise<Widget> {
  const script = h('script')
  return new Promise((done, fail) => {
    script.onload = () => done(window.RoCaptcha)
    script.onerror = () => fail(new Trouble('offline'))
    script.src = policy.createScriptURL(`${new URLSearchParams({ key, lang })}`)
    document.head.append(script)
  })
}

/** The part of the demo page that has an animal turned upright, in a form like any site's. */
export function createAnimals(voice: Voice<Word>) {
  const form = byId<HTMLFormElement>('animals')
  const place = byId('rocaptcha_placeholder')
  const check = byId<HTMLButtonElement>('turned')
  const verdict = byId('verdict')
  const outcome = verdict.parentElement!
  const met = byId('met')
  const exchanges = createExchanges(byId('animal-exchanges'), voice)

  let key: string | undefined
  let widget: Widget | undefined
  /** The language that the widget speaks, or is about to. */
  let spoken: string | undefined
  let state: State = 'open'
  let message: { word: Word; values: Values } | undefined
  let checking = false

  function tell(next: State, word: Word, values: Values = {}): void {
    state = next
    message = { word, values }
    outcome.dataset.state = next
    verdict.textContent = voice.say(word, values)
    check.textContent = voice.say(next === 'passed' ? 'another' : 'check')
  }

  function trouble(error: unknown): void {
    const { reason, status, seconds } = error instanceof Trouble ? error : new Trouble('garbled')
    tell('trouble', reason, { status, seconds })
  }

  /** Another picture, then a sentence. */
  function renew(next: State, word: Word, values: Values = {}): void {
    place.inert = false
    met.replaceChildren()
    widget?.init(place)
    tell(next, word, values)
  }

  /** Puts the widget in, in the language of the moment. */
  async function embed(): Promise<void> {
    if (!key) return
    const { language } = voice
    spoken = language
    try {
      const loaded = await loadWidget(key, language)
      if (spoken !== language) return
      widget = loaded
      renew('open', 'turnIt')
    } catch (error) {
      if (spoken === language) trouble(error)
    }
  }

  /** What the widget has put into a hidden field of the form. */
  const field = (name: string) =>
    form.querySelector<HTMLInputElement>(`[name=rocaptcha_${name}_field]`)?.value ?? ''

  async function submit(): Promise<void> {
    if (checking) return
    if (!widget) return embed()
    if (state === 'passed') return renew('open', 'turnIt')
    const [hash, response] = [field('challenge'), field('response')]
    if (!hash || !response) return tell('wrong', 'turnFirst')
    checking = true
    check.setAttribute('aria-disabled', 'true')
    tell('open', 'checking')
    try {
      const status = await judge(hash, response, exchange => exchanges.add(exchange))
      if (status === 'PASSED') {
        place.inert = true
        tell('passed', 'turned', { status })
        widget.thanks(met, hash)
      } else {
        renew('wrong', 'notTurned', { status })
      }
    } catch (error) {
      trouble(error)
    } finally {
      checking = false
      check.removeAttribute('aria-disabled')
    }
  }

  form.addEventListener('submit', event => {
    event.preventDefault()
    submit()
  })
  watch(exchange => exchanges.add(exchange))

  return {
    /** Shows the widget of the site with a public key. */
    start(publicKey: string) {
      key = publicKey
      return embed()
    },
    /** Says it all again, in the language of the moment. */
    translate() {
      exchanges.draw()
      drawSamples(byId('samples'), voice)
      if (message) tell(state, message.word, message.values)
      // The widget keeps to the language it came in: another one brings another picture.
      if (spoken !== undefined && spoken !== voice.language) embed()
    },
  }
}
