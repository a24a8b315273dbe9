import { h } from './dom.ts'
import { draw } from './icons.ts'
import { createRing } from './ring.ts'

/** Degrees by which a key turns, clockwise. Arrows to the sides follow the direction of the text. */
const KEYS: Record<string, number> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 15,
  PageDown: -15,
}
/** Times as far that an arrow turns with Shift. */
const SHIFT_FACTOR = 5
/** Degrees by which a wheel turns with each step, and with each pixel of a smooth one. */
const [NOTCH, ROLL] = [3, 0.03]
/** Pixels from the middle within which a pointer has no direction worth following. */
const HUB = 12

/** A picture that can be turned. */
export interface Dial {
  element: HTMLElement
  /** Turns by degrees clockwise, as smoothly as the visitor likes it. */
  turn(degrees: number): void
  /** Puts a picture in, as it was served. Resolves when it is on show. */
  put(address: string): Promise<void>
  /** Whether it can be turned. */
  enable(on: boolean): void
  /** Whether it is being dragged. */
  readonly pressed: boolean
}

/** Options of a dial. */
export interface DialOptions {
  /** Says a turn, in whole degrees clockwise, 0 … 359. */
  spoken(degrees: number): string
  /** Runs whenever the visitor turns it, or confirms it as it stands. */
  turned(degrees: number): void
}

/** A dial by its role a slider: turned by dragging round, by the wheel and by keys. */
export function createDial({ spoken, turned }: DialOptions): Dial {
  const image = h('img', { alt: '' })
  const grip = draw(
    'svg',
    { class: 'grip', viewBox: '0 0 32 32' },
    draw('path', {
      d: 'M16 3.5a12.5 12.5 0 1 1 0 25 12.5 12.5 0 1 1 0-25zM13 10.5 7.5 16l5.5 5.5zM19 10.5l5.5 5.5-5.5 5.5z',
    }),
  )
  const turning = h('div', { class: 'turning' }, image, grip)
  const ring = createRing()
  const element = h(
    'div',
    {
      class: 'dial',
      role: 'slider',
      tabindex: 0,
      'aria-labelledby': 'title',
      'aria-describedby': 'help',
      'aria-valuemin': 0,
      'aria-valuemax': 359,
    },
    ring.element,
    h('div', { class: 'frame' }, turning),
  )

  /** Degrees clockwise, past 360 as well: a picture turned all round does not spin back. */
  let turn = 0
  let enabled = false
  /** Where the pointer that drags was last seen from the middle; undefined near it. */
  let direction: number | undefined
  let pointer: number | undefined

  const whole = () => ((Math.round(turn) % 360) + 360) % 360
  const show = (eased: boolean) => {
    const degrees = whole()
    element.classList.toggle('eased', eased)
    turning.style.transform = `rotate(${turn.toFixed(2)}deg)`
    ring.reach(degrees > 180 ? degrees - 360 : degrees)
    element.setAttribute('aria-valuenow', String(degrees))
    element.setAttribute('aria-valuetext', spoken(degrees))
  }
  const move = (by: number, eased = false) => {
    if (!enabled) return
    turn += by
    show(eased)
    turned(whole())
  }
  const stepOf = (key: string) => {
    const step = KEYS[key] ?? 0
    return /Left|Right/.test(key) && getComputedStyle(element).direction === 'rtl' ? -step : step
  }
  const directionOf = ({ clientX, clientY }: PointerEvent) => {
    const { left, top, width, height } = element.getBoundingClientRect()
    const [x, y] = [clientX - left - width / 2, clientY - top - height / 2]
    return Math.hypot(x, y) < HUB ? undefined : (Math.atan2(y, x) * 180) / Math.PI
  }

  element.onpointerdown = event => {
    if (event.button || pointer !== undefined || !enabled) return
    pointer = event.pointerId
    direction = directionOf(event)
    element.setPointerCapture(pointer)
    element.classList.add('pressed')
    // Pressed is answered: the picture may stand upright already.
    move(0)
  }
  element.onpointermove = event => {
    if (event.pointerId !== pointer) return
    const next = directionOf(event)
    // The shorter way round, from wherever the finger was to where it is.
    if (next !== undefined && direction !== undefined) move(((next - direction + 540) % 360) - 180)
    direction = next
  }
  element.onlostpointercapture = () => {
    pointer = undefined
    element.classList.remove('pressed')
  }
  element.addEventListener(
    'wheel',
    event => {
      // Scrolling past the picture must work.
      const meant = pointer !== undefined || element.matches(':focus')
      if (!meant || event.ctrlKey || !event.deltaY) return
      event.preventDefault()
      const by = event.deltaMode ? Math.sign(event.deltaY) * NOTCH : event.deltaY * ROLL
      move(Math.max(-NOTCH, Math.min(NOTCH, by)))
    },
    { passive: false },
  )
  element.onkeydown = event => {
    const { key, shiftKey } = event
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const step = stepOf(key)
    if (step) move(shiftKey && key.startsWith('Arrow') ? step * SHIFT_FACTOR : step, !event.repeat)
    else if (key === 'Home') move(-whole(), true)
    else if (key === 'End') move(359 - whole(), true)
    else if (key === 'Enter' || key === ' ') move(0)
    else return
    event.preventDefault()
  }

  show(false)

  return {
    element,
    turn: degrees => move(degrees, true),
    async put(address) {
      await new Promise((done, fail) => {
        image.onload = done
        image.onerror = fail
        image.src = address
      })
      turn = 0
      show(false)
    },
    enable(on) {
      enabled = on
      element.setAttribute('aria-disabled', String(!on))
    },
    get pressed() {
      return pointer !== undefined
    },
  }
}
