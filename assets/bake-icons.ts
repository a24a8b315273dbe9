// Draws the icons of the v1 captcha into the v1 dialect: `npx tsx assets/bake-icons.ts`. They are committed:
// a picture by an address is what its markup wants, so that neither the page's colours nor those of a dark
// mode reach it.
import { writeFileSync } from 'node:fs'
import { createCanvas, Path2D } from '@napi-rs/canvas'
import { SHAPES } from '../packages/server/src/dialects/captchetat/v2/web/icons.ts'

const { reload, listen: sound } = SHAPES
/** Pixels of the sheet, twice as many as it is shown in. */
const SIZE = 48
/** In the middle between the lightest and the darkest of pages: contrast 4.2 on #fff, 4.3 on #161616. */
const TONE = '#6a6af4'

for (const [name, shape] of Object.entries({ reload, sound })) {
  for (const enabled of [true, false]) {
    const canvas = createCanvas(SIZE, SIZE)
    const pen = canvas.getContext('2d')
    pen.scale(SIZE / 24, SIZE / 24)
    pen.strokeStyle = TONE
    pen.lineCap = pen.lineJoin = 'round'
    pen.lineWidth = enabled ? 2 : 1.25
    // Not by its tone, which not everybody sees and not every page lets be seen.
    if (!enabled) pen.setLineDash([0.5, 2.5])
    pen.stroke(new Path2D(shape))
    const file = new URL(
      `../packages/server/src/dialects/captchetat/v1/web/${name}${enabled ? '' : '-disabled'}.png`,
      import.meta.url,
    )
    writeFileSync(file, canvas.toBuffer('image/png'))
  }
}
