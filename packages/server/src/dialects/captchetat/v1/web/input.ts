/**
 * The input of an id: that of the form that something is in, where several have one. In a shadow root it may
 * be outside.
 */
export function inputFor(inside: Element, id: string): HTMLInputElement | null {
  const inputs = [inside.getRootNode() as Document | ShadowRoot, document].flatMap(root => [
    ...root.querySelectorAll<HTMLInputElement>(`#${CSS.escape(id)}`),
  ])
  return inputs.find(({ form }) => form?.contains(inside)) ?? inputs[0] ?? null
}

/** Empties an input so that the page notices. */
export function clear(input: HTMLInputElement): void {
  // Past what frameworks put over the element's own property, or they would take the event for nothing new.
  Reflect.set(HTMLInputElement.prototype, 'value', '', input)
  input.dispatchEvent(new Event('input', { bubbles: true }))
}
