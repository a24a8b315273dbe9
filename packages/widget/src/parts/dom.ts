/** The element of an id that the page is known to have. */
export function byId<E extends Element = HTMLElement>(id: string): E {
  const found = document.getElementById(id)
  if (!found) throw new Error(`The page has no #${id}`)
  return found as unknown as E
}

type Attributes = Record<string, string | number | boolean | undefined>
export type Child = Node | string | undefined | false

/** A new element. Text stays text: nothing here is ever read as HTML, as Trusted Types ask. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value))
  }
  made.append(...children.filter(child => child !== undefined && child !== false))
  return made
}
