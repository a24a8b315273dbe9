import { h } from './dom.ts'

/** Drawn with a round pen of 2 on a sheet of 24. */
export const SHAPES = {
  turnLeft: 'M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 3.5v5h5M9 12.5h6',
  turnRight: 'M20 12a8 8 0 1 1-2.5-5.8L20 8.5M20 3.5v5h-5M9 12.5h6M12 9.5v6',
  help: 'M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 17.5h.01',
  fresh: 'M4 5h16v14H4zM4 16l4.5-4.5L17 19M15.5 9h.01',
  again: 'M20 12a8 8 0 1 1-2.5-5.8L20 8.5M20 3.5v5h-5',
  look: 'M2 12q10-14 20 0-10 14-20 0zM9.5 12a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0',
  listen: 'M4 9v6h4l5 4V5L8 9zM16.5 8.5a5 5 0 0 1 0 7M19 6a8.5 8.5 0 0 1 0 12',
  pause: 'M9 6v12M15 6v12',
  paw: 'M5.5 11.5h.01M9.5 7h.01M14.5 7h.01M18.5 11.5h.01M12 14a3.5 3.5 0 0 1 3 4H9a3.5 3.5 0 0 1 3-4z',
  ADOPTION: 'M3.5 12 12 4.5l8.5 7.5M6 10v9.5h12V10',
  FOUND: 'M12 21s-7-6-7-11a7 7 0 0 1 14 0c0 5-7 11-7 11zM12 10h.01',
  LOST: 'M4 10.5a6.5 6.5 0 1 0 13 0 6.5 6.5 0 1 0-13 0M20.5 20.5 15.5 15.5',
}

/** A name of something that can be drawn. */
export type Shape = keyof typeof SHAPES

/** A new element of a drawing. */
export function draw<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string>,
  ...children: Node[]
): SVGElementTagNameMap[Tag] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children)
  return made
}

/** An icon of a path, hidden from screen readers: a text is beside it, or names its button. */
export const drawIcon = (path: string, name: string) =>
  draw('svg', { viewBox: '0 0 24 24', class: name, 'aria-hidden': 'true' }, draw('path', { d: path }))

/** The same of a shape by its name. */
export const icon = (shape: Shape, name = 'icon') => drawIcon(SHAPES[shape], name)

/** A button whose shape and words may change. */
export interface Button {
  element: HTMLButtonElement
  /** What it shows and is called. */
  show(shape: Shape, words: string): void
}

/** A button with an icon, and its words beside it or, where it is a `round` one, only as its name. */
export function createButton(name: string, act?: () => void): Button {
  // Inside a form any other type would submit it.
  const element = h('button', { type: 'button', class: name })
  if (act) element.onclick = act
  const round = name.includes('round')
  return {
    element,
    show(shape, words) {
      element.replaceChildren(icon(shape), round ? '' : h('span', {}, words))
      if (!round) return
      // It names the button too. With `aria-label` beside it some screen readers would say it twice.
      element.title = words
    },
  }
}
