import { type Brush, fade, fillBelow, HIGH, LOW, mix, oval, polygon, ridge, SIDE, vary } from './brush.ts'
import { flowers, grass, hedge } from './plants.ts'
import { type Colours, dark, light } from './scene.ts'
import { flecks, mound, stones, streaks } from './things.ts'

type Cover = (brush: Brush, colours: Colours, y: number) => void

/** What heads look over, from height `y` down. */
export const COVERS = {
  hedge: (brush, { ground, far, bright }, y) => {
    hedge(brush, mound(brush, y - 6, 30), [ground, far, mix(ground, bright, 0.3)], 34)
    flowers(brush, { from: y + 26, to: SIDE, colours: [bright], count: 8 })
  },
  grass: (brush, { ground, far, bright }, y) => {
    const line = mound(brush, y, 26)
    fillBelow(brush, x => line(x) + 40, [dark(ground, 0.4), dark(ground, 0.2)])
    for (const [i, colour] of [mix(ground, far, 0.5), dark(ground, 0.1), light(ground, 0.1)].entries()) {
      grass(brush, { from: x => line(x) + 24 + i * 22, to: y + 60 + i * 40, colour, tall: 74, count: 420 })
    }
    flowers(brush, { from: y + 10, to: SIDE, colours: [bright, '#ffffff'], count: 16 })
  },
  drift: (brush, { ground }, y) => {
    fillBelow(brush, mound(brush, y - 2, 34), [light(ground, 0.5), dark(ground, 0.16)])
    fillBelow(brush, mound(brush, y + 34, -12), [light(ground, 0.3), dark(ground, 0.1)])
    flecks(brush, '#ffffff', 40, 5)
  },
  stones: (brush, { ground, bright }, y) => {
    fillBelow(brush, mound(brush, y + 2, 30), [dark(ground, 0.5)])
    stones(brush, { from: y + 8, to: SIDE + 30, colour: ground, count: 110, large: 4.5 })
    grass(brush, { from: () => y + 60, to: SIDE + 50, colour: bright, tall: 40, count: 40 })
  },
  fence: (brush, { ground }, y) => {
    const { ctx, random } = brush
    const lean = random.between(-12, 12)
    for (const [i, down] of [0, 62].entries()) {
      const [a, b] = [y - 4 + down - lean, y - 4 + down + lean]
      polygon(brush, dark(ground, 0.6), LOW, a + 4, HIGH, b + 4, HIGH, b + 62, LOW, a + 62)
      polygon(brush, mix(ground, i ? '#141a2a' : '#ffffff', 0.08), LOW, a, HIGH, b, HIGH, b + 52, LOW, a + 52)
      for (let seam = 0; seam < 9; seam++) {
        const at = random.between(6, 46)
        ctx.strokeStyle = fade(dark(ground, 0.6), random.between(0.15, 0.4))
        ctx.lineWidth = random.between(0.8, 1.8)
        ctx.beginPath()
        ctx.moveTo(LOW, a + at)
        ctx.quadraticCurveTo(random.between(0, SIDE), (a + b) / 2 + at + random.between(-8, 8), HIGH, b + at)
        ctx.stroke()
      }
    }
  },
  pond: (brush, { ground, far }, y) => {
    const { random } = brush
    fillBelow(brush, ridge(brush, y - 2, 4), [light(ground, 0.15), dark(ground, 0.25)])
    streaks(brush, {
      from: y + 6,
      to: SIDE,
      colours: [light(ground, 0.5), dark(ground, 0.3)],
      count: 90,
      long: 90,
    })
    for (let i = 0; i < 7; i++) {
      const [x, at, wide] = [random.between(0, SIDE), random.between(y + 12, SIDE), random.between(26, 46)]
      oval(brush, x, at + 3, wide, wide * 0.34, fade('#0c1a20', 0.35))
      oval(brush, x, at, wide, wide * 0.33, mix(mix(far, '#6fae5a', 0.6), '#ffffff', random.between(0, 0.2)))
      polygon(brush, dark(ground, 0.1), x, at, x + wide, at - 4, x + wide, at + 6)
    }
  },
  blanket: (brush, { ground, bright }, y) => {
    const line = mound(brush, y - 2, 44)
    fillBelow(brush, line, [dark(ground, 0.25), dark(ground, 0.45)])
    // Stitches of wool, two to a loop.
    for (let row = 0; row < 13; row++) {
      const colour = row % 5 === 2 ? bright : ground
      for (let x = LOW; x < HIGH; x += 13) {
        const at = line(x) + 4 + row * 11
        for (const side of [-1, 1])
          oval(brush, x + side * 3.4, at, 7.4, 3.7, vary(brush, colour, 0.08), side * -0.95)
      }
    }
  },
} satisfies Record<string, Cover>
