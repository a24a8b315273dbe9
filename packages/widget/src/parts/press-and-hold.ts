/** Milliseconds for which a button is pressed before it repeats, and between two repeats. */
const [FIRST, NEXT] = [400, 180]

/**
 * Makes a button act at each press and, while a pointer holds it, again and again. `done` runs when it is let
 * go.
 */
export function onHold(button: HTMLElement, act: () => void, done: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let repeated = false

  const repeat = () => {
    if (!button.isConnected) return
    repeated = true
    act()
    timer = setTimeout(repeat, NEXT)
  }
  button.addEventListener('pointerdown', event => {
    repeated = false
    if (!event.button) timer = setTimeout(repeat, FIRST)
  })
  for (const type of ['pointerup', 'pointercancel', 'pointerleave', 'blur']) {
    button.addEventListener(type, () => clearTimeout(timer))
  }
  // A finger held long asks for no menu here.
  button.addEventListener('contextmenu', event => event.preventDefault())
  button.addEventListener('click', event => {
    // A press by key, or by a screen reader, was not held before.
    if (!event.detail || !repeated) act()
    done()
  })
}
