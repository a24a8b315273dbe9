import { draw } from './icons.ts'

/** A ring around a disc: marks every 10 degrees, and an arc that says how far something has come. */
export interface Ring {
  element: SVGElement
  /** Draws the arc from the top on: degrees clockwise, or anticlockwise if negative. */
  reach(degrees: number): void
}

export function createRing(): Ring {
  // Lengths in degrees, from the top on.
  const circle = (name: string, dashes: string) =>
    draw('circle', {
      class: name,
      cx: '142',
      cy: '142',
      r: '131',
      pathLength: '360',
      'stroke-dasharray': dashes,
    })
  const arc = circle('arc', '0 360')
  const element = draw(
    'svg',
    { class: 'ring', viewBox: '0 0 284 284', 'aria-hidden': 'true' },
    circle('marks', '.8 9.2'),
    arc,
  )
  return {
    element,
    reach(degrees) {
      element.classList.toggle('back', degrees < 0)
      arc.setAttribute('stroke-dasharray', `${Math.abs(degrees)} 360`)
    },
  }
}
