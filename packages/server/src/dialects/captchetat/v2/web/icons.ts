/** Drawn with a round pen of 2 on a sheet of 24. */
export const SHAPES = {
  listen: 'M4 9v6h4l5 4V5L8 9zM16.5 8.5a5 5 0 0 1 0 7M19 6a8.5 8.5 0 0 1 0 12',
  stop: 'M6 6h12v12H6z',
  reload: 'M20 12a8 8 0 1 1-2.5-5.8L20 8.5M20 3.5v5h-5',
}

/**
 * A button with an icon; what it is called and shows is set by `label`, as the language and the state ask.
 */
export function iconButton(id: string, iconId: string) {
  const make = <Tag extends 'svg' | 'path'>(tag: Tag) =>
    document.createElementNS('http://www.w3.org/2000/svg', tag)
  const button = document.createElement('button')
  const [svg, path] = [make('svg'), make('path')]
  // Inside a form any other type would submit it.
  button.type = 'button'
  button.id = id
  svg.id = iconId
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  svg.append(path)
  button.append(svg)
  return {
    button,
    label(shape: keyof typeof SHAPES, text: string) {
      path.setAttribute('d', SHAPES[shape])
      button.title = text
      button.setAttribute('aria-label', text)
    },
  }
}
