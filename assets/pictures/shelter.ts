import {
  blurred,
  fade,
  fillBelow,
  HIGH,
  LOW,
  mix,
  mottle,
  oval,
  polygon,
  ridge,
  SIDE,
  sidelight,
  wash,
} from './brush.ts'
import { leaf, trunks } from './plants.ts'
import { dark, horizon, light, type Painter } from './scene.ts'
import { boards, bokeh } from './things.ts'

export const forest: Painter = (brush, colours, stand) => {
  const { random } = brush
  wash(brush, [...colours.sky, colours.far], random.between(-2.6, 2.6))
  bokeh(brush, [colours.bright, colours.sky[0]!, colours.far], 46)
  blurred(brush, 7, inner => trunks(inner, dark(colours.far, 0.35), 7))
  const line = horizon(brush, stand, [30, 80])
  blurred(brush, 6, inner => fillBelow(inner, line, [mix(colours.ground, colours.far, 0.4), colours.ground]))
  for (let i = 0; i < 330; i++) {
    const near = i / 330
    const [x, y] = [random.between(LOW, HIGH), line(SIDE / 2) + 12 + (SIDE - line(SIDE / 2)) * near]
    const colour = mix(
      colours.ground,
      random.pick([colours.bright, colours.far, dark(colours.ground, 0.5)]),
      random.between(0.1, 0.7),
    )
    leaf(brush, x, y, 6 + 14 * near, random.between(-0.6, 3.7), colour)
  }
  mottle(brush, 50, 0.6)
  sidelight(brush)
  return undefined
}

/** A bough below the feet, and leaves out of focus around. */
export const bough: Painter = (brush, colours, stand) => {
  const { ctx, random } = brush
  wash(brush, [...colours.sky, colours.far], random.between(-3, 3))
  bokeh(brush, [colours.bright, colours.sky[0]!, colours.far, light(colours.far)], 60, 50)
  blurred(brush, 4, inner => {
    for (let i = 0; i < 46; i++) {
      const [x, y, long] = [random.between(LOW, HIGH), random.between(LOW, HIGH), random.between(30, 70)]
      const angle = random.between(-3, 3)
      leaf(inner, x, y, long, angle, fade(mix(colours.far, '#10201a', random.between(0, 0.4)), 0.55))
    }
  })
  sidelight(brush)
  const bark = ridge(brush, stand.feet - 5, 5, random.between(-0.06, 0.06))
  const thick = random.between(26, 36)
  for (let i = 0; i <= thick; i++) {
    ctx.strokeStyle = mix(light(colours.ground, 0.2), dark(colours.ground, 0.55), i / thick)
    ctx.lineWidth = 2
    ctx.beginPath()
    for (let x = LOW; x <= HIGH; x += 8) ctx.lineTo(x, bark(x) + i)
    ctx.stroke()
  }
  for (const x of [random.between(-20, 50), random.between(SIDE - 50, SIDE + 20)]) {
    for (let i = 0; i < 9; i++) {
      const [y, long, angle] = [
        bark(x) + random.between(0, 20),
        random.between(40, 80),
        random.between(-3.1, 3.1),
      ]
      leaf(brush, x, y, long, angle, mix(colours.far, colours.bright, random.between(0, 0.5)))
    }
  }
  return undefined
}

/** A bough above, to hang from. */
export const liana: Painter = (brush, colours, stand) =>
  bough(brush, colours, { ...stand, feet: stand.head + 12 })

/** Soft lights and nothing more, for heads that look over something. */
export const haze: Painter = (brush, colours) => {
  const { random } = brush
  wash(brush, [...colours.sky, colours.far], random.between(-3.1, 3.1))
  bokeh(brush, [colours.bright, colours.sky[0]!, colours.far, light(colours.sky.at(-1)!)], 54, 55)
  mottle(brush, 80, 0.7)
  sidelight(brush)
  return undefined
}

export const room: Painter = (brush, colours, stand) => {
  const { random } = brush
  wash(brush, colours.sky, random.between(-3, 3))
  const skirting = stand.feet - random.between(50, 110)
  const stripes = random.below(2) === 0
  const paper = fade(light(colours.sky[0]!, 0.5), 0.5)
  for (let x = LOW; x < HIGH; x += 36) {
    if (stripes) polygon(brush, paper, x, LOW, x + 14, LOW, x + 14, skirting, x, skirting)
    for (let y = LOW; !stripes && y < skirting; y += 36) oval(brush, x + ((y / 36) & 1) * 18, y, 5, 5, paper)
  }
  // The light of a window, on wall and floor alike.
  const [x, lean] = [random.between(20, 260), random.between(-90, 90)]
  const pane = [x, LOW, x + 120, LOW, x + 120 + lean, HIGH, x + lean, HIGH]
  boards(brush, skirting, colours.ground, random.below(3) === 0)
  const rail = skirting - 14
  polygon(brush, light(colours.far, 0.25), LOW, rail, HIGH, rail, HIGH, skirting, LOW, skirting)
  polygon(brush, fade('#1a1410', 0.3), LOW, skirting, HIGH, skirting, HIGH, skirting + 4, LOW, skirting + 4)
  blurred(brush, 6, inner => polygon(inner, fade('#fff6da', 0.25), ...pane))
  const [middle, wide] = [(stand.left + stand.right) / 2, (stand.right - stand.left) * 0.75]
  for (const [i, colour] of [colours.bright, light(colours.bright, 0.4), colours.bright].entries()) {
    oval(brush, middle, stand.feet + 4, wide - i * 14, (wide - i * 14) * 0.26, colour)
  }
  mottle(brush, 22, 0.35)
  sidelight(brush)
  return undefined
}
