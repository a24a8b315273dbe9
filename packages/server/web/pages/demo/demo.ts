import { byId, h } from '../../../../widget/src/parts/dom.ts'
import { createPlayer, type PlayerState } from '../../../../widget/src/parts/player.ts'
import type { Demo, DemoStyle } from '../../../src/wire.ts'
import { speak, type Values } from '../../shared/language.ts'
import { createAnimals } from './animals.ts'
import { createClient, readDemo, Trouble } from './client.ts'
import { createExchanges } from './exchanges.ts'
import { drawSnippets } from './snippets.ts'
import { type Word, words } from './words.ts'

const form = byId('style').closest('form')!
const select = byId<HTMLSelectElement>('style')
const picture = byId<HTMLImageElement>('picture')
const frame = byId('frame')
const input = byId<HTMLInputElement>('code')
const renew = byId<HTMLButtonElement>('renew')
const listen = byId<HTMLButtonElement>('listen')
const sound = byId('sound')
const heard = byId<HTMLProgressElement>('heard')
const slower = byId<HTMLButtonElement>('slower')
const check = byId<HTMLButtonElement>('check')
const retry = byId<HTMLButtonElement>('retry')
const status = byId('status')
const outcome = status.parentElement!

type State = 'open' | 'passed' | 'wrong' | 'trouble'
type After = () => Promise<void>

let demo: Demo | undefined
let client: ReturnType<typeof createClient> | undefined
let uuid: string | undefined
let message: { word: Word; values: Values } = { word: 'loading', values: {} }
let state: State = 'open'
let again: After | undefined
let fetching: AbortController | undefined
let checking = false
/** The challenge whose sound is on its way. */
let awaited: string | undefined

const voice = speak(words, 'demoTitle', () => translate())
const exchanges = createExchanges(byId('exchanges'), voice)
const animals = createAnimals(voice)
const player = createPlayer({
  changed(now) {
    showSound(now)
    if (now === 'playing') tellSound('playing')
    // A press of Check or a failed request may have said more since: that stays.
    else if (now !== 'idle' && (message.word === 'playing' || message.word === 'soundLoading')) {
      tellSound(now === 'loading' ? 'soundLoading' : now)
    }
  },
  moved(share) {
    heard.value = share
  },
  failed: () => tellSound('soundFailed'),
  blocked: () => tellSound('blocked'),
})

/** The one place that says how things stand: the sentence is announced, the square leans or stands. */
function tell(next: State, word: Word, values: Values = {}): void {
  state = next
  message = { word, values }
  outcome.dataset.state = next
  // That the code plays can be heard: a screen reader that said so would talk over it.
  status.setAttribute('aria-live', word === 'playing' ? 'off' : 'polite')
  status.textContent = voice.say(word, values)
  check.textContent = voice.say(next === 'passed' ? 'another' : 'check')
  retry.hidden = next !== 'trouble'
  input.readOnly = next === 'passed'
  if (next === 'wrong') input.setAttribute('aria-invalid', 'true')
  else input.removeAttribute('aria-invalid')
}

/** Scrolls no further than needed: on a low screen the sentence is below the field that has the focus. */
const showOutcome = () => outcome.scrollIntoView({ block: 'nearest' })

/** The state of the sound, unless the answer is being checked or has passed. */
function tellSound(word: Word): void {
  if (!checking && state !== 'passed') tell('open', word)
}

function showSound(now: PlayerState): void {
  const words = {
    idle: 'listen',
    loading: 'pause',
    playing: 'pause',
    paused: 'resume',
    ended: 'again',
  } as const
  listen.textContent = voice.say(words[now])
  if (now === 'playing') listen.setAttribute('aria-keyshortcuts', 'Escape')
  else listen.removeAttribute('aria-keyshortcuts')
  // A visitor who listened once will again: the row then keeps its place, and nothing jumps with each
  // picture.
  if (now !== 'idle') sound.hidden = false
  sound.toggleAttribute('data-away', now === 'idle')
}

function trouble(error: unknown, repeat: After): void {
  const { reason, status, seconds } = error instanceof Trouble ? error : new Trouble('garbled')
  again = repeat
  tell('trouble', reason, { status, seconds })
}

const chosen = (): DemoStyle | undefined => demo?.styles.find(({ name }) => name === select.value)

function lengthOf({ length: [min, max] }: DemoStyle): string {
  return min === max ? `${max}` : voice.say('range', { min, max })
}

/** Everything that depends on the style or the language, and not on how things stand. */
function describe(): void {
  const style = chosen()
  if (!style) return
  const [min, max] = style.length
  const digits = style.characters === 'digits'
  const word = digits ? 'hintDigits' : 'hint'
  const hint = voice.say(min === max ? `${word}Exact` : `${word}Range`, { min, max })
  byId('hint').textContent = hint
  byId('wire-name').textContent = style.name
  picture.alt = voice.say('alt', { hint })
  input.inputMode = digits ? 'numeric' : 'text'
}

/** The styles, grouped by the language they are spoken in; the interface's own comes first. */
function listStyles(): void {
  if (!demo) return
  const { styles } = demo
  const value = select.value
  const groups = voice.language === 'fr' ? (['fr', 'en'] as const) : (['en', 'fr'] as const)
  const label = (style: DemoStyle) =>
    `${voice.say(style.characters)}, ${lengthOf(style)}${style.level === 'light' ? `, ${voice.say('light')}` : ''}`
  select.replaceChildren(
    ...groups.map(language =>
      h(
        'optgroup',
        { label: voice.say(`spoken_${language}`) },
        ...styles
          .filter(style => style.language === language)
          .map(style => h('option', { value: style.name }, label(style))),
      ),
    ),
  )
  if (value) select.value = value
  select.disabled = false
}

function translate(): void {
  listStyles()
  describe()
  exchanges.draw()
  animals.translate()
  drawSnippets(byId('snippets'), voice)
  showSound(player.state)
  tell(state, message.word, message.values)
}

/**
 * A new picture, then a sentence. The latest request wins: an earlier one that is still in progress is
 * dropped.
 */
async function load(next: State, word: Word): Promise<void> {
  const style = chosen()
  if (!client || !style) return start()
  player.close()
  fetching?.abort()
  const mine = new AbortController()
  fetching = mine
  uuid = undefined
  frame.dataset.busy = ''
  try {
    const challenge = await client.picture(style.name, mine.signal)
    picture.src = challenge.imageb64
    await picture.decode()
    if (fetching !== mine) return
    uuid = challenge.uuid
    picture.hidden = false
    input.value = ''
    delete frame.dataset.busy
    tell(next, word)
  } catch (error) {
    if (fetching === mine) trouble(error, () => load('open', 'renewed'))
  } finally {
  }
}

async function start(): Promise<void> {
  try {
    demo = await readDemo()
  } catch (error) {
    return trouble(error, start)
  }
  client = createClient(demo.publicKey, exchange => exchanges.add(exchange))
  byId('version').textContent = demo.version
  listStyles()
  describe()
  animals.start(demo.publicKey)
  await load('open', 'ready')
}

async function submit(): Promise<void> {
  const code = input.value.trim()
  if (state === 'passed') {
    await load('open', 'renewed')
    return input.focus()
  }
  if (checking || !client) return
  if (!uuid) return load('open', 'renewed')
  if (!code) {
    input.focus()
    return tell('wrong', 'empty')
  }
  checking = true
  check.setAttribute('aria-disabled', 'true')
  tell('open', 'checking')
  try {
    const right = await client.validate(uuid, code)
    if (right) {
      player.pause()
      tell('passed', 'passed')
    } else {
      input.focus()
      await load('wrong', 'wrong')
    }
  } catch (error) {
    trouble(error, submit)
  } finally {
    checking = false
    check.removeAttribute('aria-disabled')
    showOutcome()
  }
}

/** Plays, pauses or goes on. The sound is fetched once and kept as long as its picture. */
async function hear(): Promise<void> {
  if (player.state !== 'idle') return player.toggle()
  const style = chosen()
  if (!client || !style || !uuid || awaited === uuid) return
  const current = uuid
  awaited = current
  tellSound('soundLoading')
  try {
    const blob = await client.sound(style.name, current)
    if (current === uuid) player.open(blob)
  } catch (error) {
    if (current !== uuid) return
    if (error instanceof Trouble && error.reason === 'gone') await load('open', 'gone')
    else trouble(error, hear)
  } finally {
    if (awaited === current) awaited = undefined
  }
}

// What is typed now is another answer.
input.addEventListener('input', () => input.removeAttribute('aria-invalid'))
form.addEventListener('submit', event => {
  event.preventDefault()
  submit()
})
select.addEventListener('change', () => {
  describe()
  load('open', 'renewed')
})
renew.addEventListener('click', () => load('open', 'renewed'))
listen.addEventListener('click', hear)
byId('replay').addEventListener('click', () => player.replay())
slower.addEventListener('click', () => {
  player.slow = !player.slow
  slower.setAttribute('aria-pressed', String(player.slow))
})
// From anywhere, the field included: what one wants to say or hear comes first.
document.addEventListener('keydown', event => {
  if (event.key === 'Escape' && player.state === 'playing') player.pause()
})
retry.addEventListener('click', async () => {
  await again?.()
  if (state !== 'trouble') input.focus()
})
start()
