/** When a verification starts: at the first focus in its form, when it is seen, when the form is sent. */
type StartMode = 'focus' | 'visible' | 'submit' | 'manual'

/** Watches for what starts the verification of an element. */
export interface StartOptions {
  element: HTMLElement
  form: HTMLFormElement | null
  /** @default focus; without a form, visible */
  mode: string | null
  signal: AbortSignal
  start(): void
}

export function watchStart({ element, form, mode, signal, start }: StartOptions): void {
  const when = (mode ?? 'focus') as StartMode
  if (when === 'manual' || when === 'submit') return
  if (when !== 'visible' && form) {
    // The page may have put the focus there before the element was defined.
    if (form.contains(document.activeElement)) start()
    else form.addEventListener('focusin', start, { once: true, signal })
    return
  }
  const observer = new IntersectionObserver(entries => {
    if (!entries.some(entry => entry.isIntersecting)) return
    observer.disconnect()
    start()
  })
  observer.observe(element)
  signal.addEventListener('abort', () => observer.disconnect())
}

/**
 * Notes the button with which a form is being sent. Its validity is asked for by scripts as well, which does
 * not send it: that comes right after a click, also where the visitor pressed Enter in a field.
 */
export function watchSubmitter(form: HTMLFormElement, signal: AbortSignal) {
  let submitter: HTMLButtonElement | undefined
  form.getRootNode().addEventListener(
    'click',
    ({ target }) => {
      const button = (target as Element).closest?.<HTMLButtonElement>('button, input')
      if (button?.type !== 'submit' || button.form !== form) return
      submitter = button
      setTimeout(() => {
        submitter = undefined
      })
    },
    { signal, capture: true },
  )
  return () => submitter
}
