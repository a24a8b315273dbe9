/** The open shadow roots below a node, those inside one another included. */
export function shadowRootsIn(node: ParentNode & Node): ShadowRoot[] {
  const elements = [...node.querySelectorAll('*')]
  if (node instanceof Element) elements.push(node)
  return elements.flatMap(({ shadowRoot }) => (shadowRoot ? [shadowRoot, ...shadowRootsIn(shadowRoot)] : []))
}

/** Finds elements in the document and in its open shadow roots. */
export interface Finder {
  all(selector: string): Element[]
  /** Looks for shadow roots that elements got after they were added: no observer reports those. */
  scan(): void
}

/** Watches the document and its open shadow roots. `changed` runs after each change. */
export function watchPage(changed: () => void, attributeFilter?: string[]): Finder {
  const roots = new Set<Document | ShadowRoot>()
  const watch = (root: Document | ShadowRoot) => {
    if (roots.has(root)) return
    roots.add(root)
    observer.observe(root, { subtree: true, childList: true, ...(attributeFilter && { attributeFilter }) })
  }
  const observer = new MutationObserver(records => {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) if (node instanceof Element) shadowRootsIn(node).forEach(watch)
    }
    changed()
  })
  const scan = () => {
    for (const root of roots) {
      if (root instanceof ShadowRoot && !root.isConnected) roots.delete(root)
    }
    for (const root of [document, ...shadowRootsIn(document)]) watch(root)
  }
  scan()
  return { all: selector => [...roots].flatMap(root => [...root.querySelectorAll(selector)]), scan }
}
