import { h } from '../parts/dom.ts'
import { drawIcon, SHAPES } from '../parts/icons.ts'
import type { NativeKind } from './api.ts'
import type { State, View } from './flow.ts'
import type { Speech } from './languages.ts'
import type { CreatePanel, Panel, PanelOptions } from './panel.ts'

/** Path of the sign of work, drawn as the shapes of `icons.ts` are. */
const WORK = 'M12 3v4M12 17v4M3 12h4M17 12h4M5.6 5.6l2.9 2.9M15.5 15.5l2.9 2.9'
/** Signs of the states: none says by its colour alone. */
const SIGNS: Record<Exclude<State, 'answering'>, string> = {
  idle: 'M12 3l8 3v6q0 6-8 9-8-3-8-9V6z',
  working: WORK,
  choose: SHAPES.help,
  passed: 'M4.5 12.5l5 5 10-11',
  expired: SHAPES.again,
  failed: 'M12 4v10M12 19h.01',
  offline: 'M3 9.5a13 13 0 0 1 18 0M7 14a7.5 7.5 0 0 1 10 0M12 18.5h.01M4 3l16 18',
}
const KIND_SIGNS = { text: SHAPES.look, speech: SHAPES.listen, rotate: SHAPES.turnRight, work: WORK }
/** Kinds in the order in which they are offered: none of them is better than another. */
const OFFERED: readonly NativeKind[] = ['text', 'speech', 'rotate', 'work']
/** Milliseconds of work after which the other ways are offered. */
const LONG_WORK_MS = 4000

/** What a face does for the visitor. */
export interface FaceOptions {
  /** The root that it is in: what has the focus in it is read. */
  root: ShadowRoot
  start(): void
  choose(kind?: NativeKind): void
  /** The script of the panels. Browsers remember that it could not be loaded: each try has an address. */
  loadPanels(): Promise<{ createPanel: CreatePanel }>
  /** Options of a panel that are not the face's own. */
  panelOptions(
    challenge: NonNullable<View['challenge']>,
    kind: PanelOptions['kind'],
  ): Omit<PanelOptions, 'words' | 'say'>
}

/** What is seen and heard of a verification. */
export interface Face {
  element: HTMLElement
  speak(speech: Speech): void
  show(view: View): void
  say(text: string): void
  /** What gets the focus when the form is sent without a pass. */
  anchor(): HTMLElement
  /** Stops what plays. */
  close(): void
}

export function createFace({ root, start, choose, loadPanels, panelOptions }: FaceOptions): Face {
  const status = h('span', { class: 'status', part: 'status', role: 'status' })
  const sign = h('span', { class: 'sign', part: 'icon', 'aria-hidden': 'true' })
  const act = h('button', { type: 'button', part: 'button' })
  const choices = h('div', { class: 'choices', part: 'choices', role: 'group' })
  const place = h('div', { part: 'panel' })
  const line = h('div', { class: 'line' }, sign, status, act)
  const element = h('div', { part: 'box', role: 'group' }, line, choices, place)

  let speech: Speech | undefined
  let shown: View | undefined
  let panel: Panel | undefined
  let hurry: ReturnType<typeof setTimeout> | undefined

  /** Says a text once: the same again would not be a change. */
  const say = (text: string) => {
    if (status.textContent !== text) status.textContent = text
  }
  /** Keeps the focus in the box when what had it is gone, so that Tab goes on from there. */
  const keepFocus = () => {
    if (root.activeElement) return
    element.tabIndex = -1
    element.focus()
    element.addEventListener('blur', () => element.removeAttribute('tabindex'), { once: true })
  }

  // Active on the choices alone, so that no key is taken from a field.
  choices.onkeydown = event => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const shortcut = `[aria-keyshortcuts="${CSS.escape(event.key)}"]`
    const choice = choices.querySelector<HTMLButtonElement>(shortcut)
    if (!choice) return
    // The field of a code may have the focus before the key has typed its digit.
    event.preventDefault()
    choice.click()
  }

  const showAct = ({ state, kinds }: View, words: Speech['words']) => {
    const texts: Partial<Record<View['state'], string>> = {
      idle: words.start,
      expired: words.again,
      failed: words.again,
      ...(kinds.length > 1 && { answering: words.other }),
    }
    const text = texts[state]
    act.hidden = text === undefined
    act.textContent = text ?? ''
    act.onclick = () => (state === 'answering' ? choose() : start())
  }

  const showChoices = ({ state, kinds, kind }: View, words: Speech['words']) => {
    clearTimeout(hurry)
    const isWaiting = state === 'working' && kind === 'work' && kinds.length > 1
    choices.hidden = state !== 'choose'
    if (state !== 'choose' && !isWaiting) return choices.replaceChildren()
    choices.setAttribute('aria-label', isWaiting ? words.instead : words.choices)
    const offered = OFFERED.filter(each => kinds.includes(each) && !(isWaiting && each === 'work'))
    choices.replaceChildren(
      ...offered.map((each, index) => {
        const button = h(
          'button',
          { type: 'button', part: 'choice', 'aria-keyshortcuts': index + 1 },
          drawIcon(KIND_SIGNS[each], 'icon'),
          words[each],
        )
        button.onclick = () => choose(each)
        return button
      }),
    )
    if (!isWaiting) return
    hurry = setTimeout(() => {
      choices.hidden = false
      say(words.instead)
    }, LONG_WORK_MS)
  }

  const closePanel = () => {
    panel?.close()
    panel = undefined
    place.replaceChildren()
  }

  /** Opens the panel of a kind; the focus goes there where the visitor has just chosen or answered it. */
  const openPanel = async (view: View, words: Speech['words'], isWanted: boolean) => {
    const { challenge, kind } = view
    place.textContent = words.loading
    try {
      const { createPanel } = await loadPanels()
      if (shown !== view) return
      panel = createPanel({
        ...panelOptions(challenge!, kind as PanelOptions['kind']),
        words,
        say,
      })
      place.replaceChildren(panel.element)
      if (isWanted) panel.focus()
    } catch {
      if (shown !== view) return
      const retry = h('button', { type: 'button', part: 'button' }, words.again)
      retry.onclick = () => {
        // Said in between, or the next failure would be no change.
        say(words.loading)
        openPanel(view, words, true)
      }
      place.replaceChildren(retry)
      say(words.notLoaded)
      if (isWanted) retry.focus()
    }
  }

  const draw = (view: View, { words }: Speech) => {
    const before = shown
    shown = view
    const { state, note, kind } = view
    const hadFocus = root.activeElement !== null
    element.className = `box ${state}`
    const path = note ? SHAPES.again : state === 'answering' ? KIND_SIGNS[kind!] : SIGNS[state]
    sign.replaceChildren(drawIcon(path, 'icon'))
    say(note ? words[note] : state === 'answering' ? words[kind!] : words[state])
    showAct(view, words)
    showChoices(view, words)
    closePanel()
    if (state === 'answering') openPanel(view, words, hadFocus || before?.kind !== kind)
    else if (state === 'choose' && hadFocus) choices.querySelector('button')?.focus()
    if (hadFocus) keepFocus()
  }

  return {
    element,
    speak(next) {
      // An element that is moved keeps its panel, with what the visitor has typed.
      if (next.lang === speech?.lang) return
      speech = next
      element.lang = next.lang
      element.dir = next.dir
      element.setAttribute('aria-label', next.words.name)
      if (shown) draw(shown, next)
    },
    show(view) {
      if (speech) draw(view, speech)
      else shown = view
    },
    say,
    anchor: () => place.querySelector('input') ?? choices.querySelector('button') ?? act,
    close: () => panel?.close(),
  }
}
