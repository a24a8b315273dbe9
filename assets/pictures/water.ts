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
import { grass, trees } from './plants.ts'
import { dark, ground, horizon, light, type Painter, sky } from './scene.ts'
import { clouds, stones, streaks } from './things.ts'

export const beach: Painter = (brush, colours, stand) => {
  sky(brush, colours)
  clouds(brush, stand.feet - 150, light(colours.sky[0]!, 0.6), 4)
  const sea = stand.feet - brush.random.between(120, 170)
  const line = ridge(brush, stand.feet - 50, 14, brush.random.between(-0.25, 0.25))
  blurred(brush, 2, inner => fillBelow(inner, () => sea, [colours.far, light(colours.far, 0.35)]))
  streaks(brush, {
    from: sea + 4,
    to: stand.feet - 20,
    colours: [light(colours.far, 0.6), dark(colours.far, 0.2)],
    count: 130,
    long: 90,
  })
  ground(brush, x => line(x) - 7, ['#f4fbfa'])
  ground(brush, line, [dark(colours.ground, 0.22), colours.ground, light(colours.ground, 0.2)])
  mottle(brush, 40, 0.6)
  stones(brush, { from: stand.feet - 15, to: SIDE, colour: colours.bright, count: 34 })
  sidelight(brush)
  return undefined
}

/** Water from the animal's waist on, with its own ripples before it. */
export const lake: Painter = (brush, colours, stand) => {
  const { random } = brush
  sky(brush, colours)
  const shore = stand.feet - random.between(90, 150)
  blurred(brush, 5, inner => {
    clouds(inner, shore, light(colours.sky[0]!, 0.5), 4)
    trees(inner, { line: () => shore + 4, colour: colours.far, shape: 'round', count: 14 })
  })
  blurred(brush, 2, inner =>
    fillBelow(inner, () => shore, [
      mix(colours.ground, colours.far, 0.35),
      colours.ground,
      dark(colours.ground, 0.2),
    ]),
  )
  const ripples = [light(colours.ground, 0.5), dark(colours.ground, 0.3), colours.sky.at(-1)!]
  streaks(brush, { from: shore + 6, to: SIDE + 10, colours: ripples, count: 220, long: 90 })
  mottle(brush, 60, 0.6)
  sidelight(brush)
  return () => {
    const { ctx } = brush
    const edge = ridge(brush, stand.feet - 16, 4)
    ctx.save()
    ctx.globalAlpha = 0.86
    fillBelow(brush, edge, [mix(colours.ground, colours.far, 0.12), dark(colours.ground, 0.15)])
    ctx.restore()
    streaks(brush, { from: stand.feet - 6, to: SIDE + 10, colours: ripples, count: 130, long: 100 })
    const [middle, wide] = [(stand.left + stand.right) / 2, (stand.right - stand.left) / 2]
    ctx.lineWidth = 2
    for (const grow of [0.82, 1.02, 1.3]) {
      ctx.strokeStyle = fade('#ffffff', 0.38 / grow ** 3)
      ctx.beginPath()
      ctx.ellipse(middle, stand.feet - 8, wide * grow, wide * grow * 0.13, 0, 0, Math.PI)
      ctx.stroke()
    }
  }
}

export const sea: Painter = (brush, colours, stand) => {
  const { random } = brush
  wash(brush, colours.sky, random.between(-1.4, 1.4))
  blurred(brush, 14, inner => {
    for (let i = 0; i < 6; i++) {
      const [x, lean] = [random.between(-40, SIDE), random.between(-160, 160)]
      polygon(inner, fade('#ffffff', 0.14), x, LOW, x + 46, LOW, x + 70 + lean, HIGH, x - 10 + lean, HIGH)
    }
  })
  const line = horizon(brush, stand, [0, 30])
  blurred(brush, 4, inner => {
    fillBelow(inner, ridge(brush, stand.feet - 70, 30), [mix(colours.far, colours.sky[0]!, 0.4)])
    grass(inner, { from: line, to: SIDE, colour: colours.far, tall: 170, count: 46 })
  })
  ground(brush, line, [colours.ground, light(colours.ground, 0.15)])
  stones(brush, { from: line(SIDE / 2) + 10, to: SIDE, colour: colours.bright, count: 46 })
  mottle(brush, 46, 0.7)
  sidelight(brush)
  return () => {
    grass(brush, { from: () => SIDE - 20, to: SIDE + 40, colour: colours.far, tall: 70, count: 60 })
    for (let i = 0; i < 16; i++) {
      const [x, y, size] = [random.between(0, SIDE), random.between(0, SIDE), random.between(3, 10)]
      oval(brush, x, y, size, size, fade('#ffffff', 0.22))
      oval(brush, x - size * 0.3, y - size * 0.3, size * 0.3, size * 0.3, fade('#ffffff', 0.7))
    }
  }
}
