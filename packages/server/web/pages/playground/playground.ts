import type { UprightCaptcha } from '../../../../widget/src/element/element.ts'
import { byId, h } from '../../../../widget/src/parts/dom.ts'
import type { VerifyReply } from '../../../src/dialects/native/wire.ts'
import type { Demo } from '../../../src/wire.ts'
import { copies } from '../../shared/copy.ts'
import { speak } from '../../shared/language.ts'
import { backEndsOf } from './back-ends.ts'
import { type PlaygroundWord, playgroundWords } from './words.ts'

const SITE = 'npm run -s upright -- site add --name "My form" --origin https://www.example.org'
/** Where the pass of this page is redeemed. */
const BACK_END = '/demo/upright'

const form = byId<HTMLFormElement>('form')
const settings = byId<HTMLFormElement>('settings')
const stage = byId('stage')
const status = byId('status')
const languages = byId<HTMLSelectElement>('element-language')

let said: { word: PlaygroundWord; values?: { error: string } } = { word: 'before' }
let reply: VerifyReply | undefined
/** Boxes that scroll, for what the back end is told and for what the element does. */
const told = h('pre', { id: 'told', tabindex: 0, role: 'group' })
const shownLog = h('pre', { id: 'log', tabindex: 0, role: 'group' })
byId('told-code').append(told)
byId('log-code').append(shownLog)
/** What the element did, the newest last. */
const log: string[] = []

const voice = speak(playgroundWords, 'pageTitle', () => draw())

/** The one element of the page, whose attributes follow the settings. */
const captcha = document.createElement('upright-captcha') as UprightCaptcha

const say = (word: PlaygroundWord, values?: { error: string }) => {
  said = values ? { word, values } : { word }
  status.textContent = voice.say(word, values)
}

/** What is chosen of a setting; empty for its default. */
const chosen = (name: string) => String(new FormData(settings).get(name) ?? '')

/** Attributes that the settings give the element, in the snippet as well. */
function attributesOf(): Record<string, string> {
  const attributes = {
    kinds: chosen('kinds'),
    lang: chosen('lang'),
    theme: chosen('theme'),
    size: chosen('size'),
  }
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''))
}

function apply(): void {
  const attributes = { ...attributesOf(), action: `rung-${chosen('rung')}` }
  for (const name of ['kinds', 'lang', 'theme', 'size', 'action'] as const) {
    const value = (attributes as Record<string, string>)[name]
    if (value === undefined) captcha.removeAttribute(name)
    else if (captcha.getAttribute(name) !== value) captcha.setAttribute(name, value)
  }
  stage.dir = chosen('dir')
  drawSnippets()
}

const block = (label: string, text: string) => {
  const code = h('code', {}, text)
  const button = h('button', { type: 'button', class: 'copy' }, voice.say('copyIt'))
  copies(button, code, () => ({
    copy: voice.say('copyIt'),
    copied: voice.say('copied'),
    notCopied: voice.say('notCopied'),
  }))
  const shown = h('pre', { tabindex: 0, role: 'group', 'aria-label': label }, code)
  return h('div', { class: 'code snippet', dir: 'ltr' }, shown, button)
}

function drawSnippets(): void {
  const { origin } = location
  const given = Object.entries({ sitekey: 'PUBLIC_KEY', action: 'contact', ...attributesOf() })
  const tag = given.map(([name, value]) => `${name}="${value}"`).join(' ')
  const page = `<script type="module" src="${origin}/upright.js"></script>\n<upright-captcha ${tag}></upright-captcha>`
  const part = (title: string, ...content: Node[]) =>
    h('div', { class: 'sheet' }, h('h3', {}, title), ...content)
  byId('snippets').replaceChildren(
    part(voice.say('makeSite'), block(voice.say('makeSite'), SITE)),
    part(voice.say('inPage'), block(voice.say('inPage'), page)),
    part(
      voice.say('inBackEnd'),
      h('p', { class: 'wire' }, voice.say('askBack')),
      h(
        'div',
        { class: 'sides' },
        ...Object.entries(backEndsOf(origin)).map(([name, text]) =>
          h('div', {}, h('h4', {}, name), block(`${voice.say('inBackEnd')}: ${name}`, text)),
        ),
      ),
    ),
  )
}

function drawLog(): void {
  shownLog.textContent = log.join('\n') || voice.say('nothing')
  shownLog.setAttribute('aria-label', voice.say('log'))
  told.textContent = reply ? JSON.stringify(reply, null, 2) : voice.say('nothing')
  told.setAttribute('aria-label', voice.say('told'))
}

/** Everything that is not in the page from the start, in the language of the moment. */
function draw(): void {
  say(said.word, said.values)
  for (const option of languages.options) {
    const { value } = option
    if (value) option.textContent = new Intl.DisplayNames([voice.language], { type: 'language' }).of(value)!
  }
  drawLog()
  drawSnippets()
}

/** Lists the languages that the service has words in. */
async function listLanguages(): Promise<void> {
  const files = Object.keys(await (await fetch('/upright/v1/integrity.json')).json())
  const tags = files.flatMap(name => /^words\.([\w-]+)\.js$/.exec(name)?.[1] ?? [])
  languages.append(...['en', ...tags].sort().map(value => h('option', { value, lang: value })))
  draw()
}

async function start(): Promise<void> {
  const answer = await fetch('/demo.json')
  if (!answer.ok) return say(answer.status === 404 ? 'noSite' : 'away')
  const demo = (await answer.json()) as Demo
  byId('version').textContent = demo.version
  captcha.setAttribute('sitekey', demo.publicKey)
  stage.append(captcha)
  apply()
}

async function redeem(pass: string): Promise<void> {
  say('sending')
  try {
    const answer = await fetch(BACK_END, { method: 'POST', body: new URLSearchParams({ response: pass }) })
    reply = (await answer.json()) as VerifyReply
    if (reply.success) say('accepted')
    else say('refused', { error: reply.error })
  } catch {
    reply = undefined
    say('away')
  }
  drawLog()
  captcha.reset()
}

form.addEventListener('submit', event => {
  event.preventDefault()
  redeem(captcha.value)
})
form.addEventListener('reset', () => say('before'))
settings.addEventListener('change', apply)
settings.addEventListener('submit', event => event.preventDefault())
for (const type of ['upright-state', 'upright-pass', 'upright-expired', 'upright-failed'] as const) {
  captcha.addEventListener(type, event => {
    const { detail } = event as CustomEvent<{ state?: string; pass?: string } | null>
    log.push(
      [type, detail?.state ?? (detail?.pass && `${detail.pass.slice(0, 12)}…`)].filter(Boolean).join(' '),
    )
    drawLog()
  })
}
start().catch(() => say('away'))
listLanguages().catch(() => {})
