import { blurred, fillBelow, HIGH, LOW, mix, mottle, polygon, ridge, SIDE, sidelight, spot } from './brush.ts'
import { flowers, grass, trees } from './plants.ts'
import { dark, ground, horizon, light, type Painter, sky } from './scene.ts'
import { clouds, flecks, peaks, stones, streaks } from './things.ts'

export const meadow: Painter = (brush, colours, stand) => {
  const { random } = brush
  sky(brush, colours)
  clouds(brush, stand.feet - 90, light(colours.sky[0]!, 0.6))
  const line = horizon(brush, stand)
  blurred(brush, 5, inner => {
    fillBelow(inner, ridge(brush, line(SIDE / 2) - 45, 22, random.between(-0.2, 0.2)), [
      mix(colours.far, colours.sky[0]!, 0.35),
    ])
    trees(inner, { line, colour: colours.far, shape: 'round', count: 12 })
  })
  ground(brush, line, [mix(colours.ground, colours.far, 0.3), colours.ground, dark(colours.ground, 0.15)])
  mottle(brush, 56, 0.6)
  grass(brush, { from: line, to: SIDE + 20, colour: colours.ground, count: 700 })
  flowers(brush, { from: line(0) + 40, to: SIDE, colours: [colours.bright, '#ffffff'], count: 26 })
  sidelight(brush)
  return () =>
    grass(brush, {
      from: () => stand.feet + 12,
      to: SIDE + 30,
      colour: dark(colours.ground, 0.1),
      tall: 26,
      count: 200,
    })
}

export const savanna: Painter = (brush, colours, stand) => {
  const { random } = brush
  sky(brush, colours)
  spot(
    brush,
    random.between(40, SIDE - 40),
    random.between(30, stand.feet - 100),
    random.between(90, 170),
    light(colours.bright),
    0.8,
  )
  const line = horizon(brush, stand, [50, 120])
  blurred(brush, 3, inner => {
    peaks(inner, line(SIDE / 2) + 20, mix(colours.far, colours.sky.at(-1)!, 0.6))
    trees(inner, { line, colour: colours.far, shape: 'flat', count: 6 })
  })
  ground(brush, line, [mix(colours.ground, colours.far, 0.25), colours.ground])
  mottle(brush, 48, 0.7)
  streaks(brush, {
    from: line(0) + 10,
    to: SIDE,
    colours: [dark(colours.ground, 0.2), light(colours.ground)],
    count: 120,
    long: 50,
  })
  grass(brush, {
    from: line,
    to: SIDE + 20,
    colour: mix(colours.ground, colours.far, 0.4),
    tall: 24,
    count: 260,
  })
  sidelight(brush)
  return () =>
    grass(brush, { from: () => stand.feet + 14, to: SIDE + 30, colour: colours.ground, tall: 30, count: 90 })
}

export const dunes: Painter = (brush, colours, stand) => {
  const { random } = brush
  sky(brush, colours)
  clouds(brush, stand.feet - 130, light(colours.sky[0]!, 0.5), 3)
  const top = stand.feet - random.between(110, 170)
  for (let i = 0; i < 4; i++) {
    const tone = mix(colours.far, colours.ground, i / 3)
    const line = ridge(brush, top + i * 46, 26 - i * 3, random.between(-0.22, 0.22))
    blurred(brush, 3 - i * 0.8, inner =>
      fillBelow(inner, line, i % 2 ? [dark(tone, 0.22), light(tone, 0.1)] : [light(tone, 0.3), tone]),
    )
  }
  streaks(brush, {
    from: stand.feet - 20,
    to: SIDE,
    colours: [dark(colours.ground, 0.2), light(colours.ground)],
    count: 160,
    long: 90,
  })
  mottle(brush, 64, 0.6)
  sidelight(brush)
  return undefined
}

export const snow: Painter = (brush, colours, stand) => {
  sky(brush, colours)
  const line = horizon(brush, stand, [50, 110])
  blurred(brush, 4, inner => {
    peaks(inner, line(SIDE / 2), mix(colours.far, colours.sky[0]!, 0.5), light(colours.ground, 0.3))
    trees(inner, { line, colour: colours.far, shape: 'fir', count: 10 })
  })
  for (const [i, down] of [0, 34, 84].entries()) {
    const drift = ridge(brush, line(SIDE / 2) + down, 12, brush.random.between(-0.14, 0.14))
    ground(brush, drift, [light(colours.ground, 0.35 - i * 0.1), dark(colours.ground, 0.1)])
  }
  mottle(brush, 70, 0.5)
  sidelight(brush)
  return () => flecks(brush, '#ffffff', 46, 5)
}

export const rocks: Painter = (brush, colours, stand) => {
  sky(brush, colours)
  clouds(brush, stand.feet - 140, light(colours.sky[0]!, 0.5), 4)
  const line = horizon(brush, stand, [30, 90])
  blurred(brush, 4, inner => peaks(inner, line(SIDE / 2) + 20, colours.far, light(colours.far, 0.75)))
  ground(brush, line, [mix(colours.ground, colours.far, 0.35), colours.ground])
  stones(brush, {
    from: line(SIDE / 2),
    to: SIDE + 10,
    colour: mix(colours.ground, colours.far, 0.25),
    count: 190,
  })
  grass(brush, { from: line, to: SIDE + 20, colour: colours.bright, tall: 16, count: 110 })
  mottle(brush, 50, 0.6)
  sidelight(brush)
  return () =>
    grass(brush, { from: () => stand.feet + 14, to: SIDE + 20, colour: colours.bright, tall: 22, count: 40 })
}

export const yard: Painter = (brush, colours, stand) => {
  const { random } = brush
  const line = horizon(brush, stand, [40, 90])
  sky(brush, colours)
  blurred(brush, 3, inner => {
    trees(inner, { line: () => line(SIDE / 2) - 10, colour: colours.far, shape: 'round', count: 12 })
    const wood = mix(colours.bright, '#ffffff', 0.1)
    const lean = random.between(-14, 14)
    for (let x = LOW + random.between(0, 40); x < HIGH; x += random.between(54, 72)) {
      const top = line(x) - random.between(100, 120)
      polygon(inner, dark(wood, 0.15), x, top, x + 16, top + 3, x + 16, HIGH, x, HIGH)
    }
    for (const up of [86, 42]) {
      const [y, y2] = [line(SIDE / 2) - up - lean, line(SIDE / 2) - up + lean]
      polygon(inner, wood, LOW, y, HIGH, y2, HIGH, y2 + 17, LOW, y + 17)
    }
  })
  ground(brush, line, [mix(colours.ground, colours.far, 0.2), colours.ground])
  mottle(brush, 44, 0.6)
  const straw = [light(colours.ground, 0.35), dark(colours.ground, 0.25), '#e6cf86']
  streaks(brush, { from: line(0) + 6, to: SIDE + 10, colours: straw, count: 520, long: 30, turn: 1.2 })
  sidelight(brush)
  return () =>
    streaks(brush, { from: stand.feet + 6, to: SIDE + 10, colours: straw, count: 70, long: 34, turn: 1.3 })
}
