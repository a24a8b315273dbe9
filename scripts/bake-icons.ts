// Draws the icons of the v1 captcha into packages/server/web/botdetect: `npx tsx scripts/bake-icons.ts`. They are committed:
// a picture by an address is what its markup wants, so that neither the page's colours nor those of a dark mode reach it.
import { writeFileSync } from 'node:fs'
import { createCanvas, Path2D } from '@napi-rs/canvas'

/** Drawn with a round pen of 2 on a sheet of 24: the shapes of packages/server/web/captchetat/icons.ts. */
const SHAPES = {
  reload: 'M20 12a8 8 0 1 1-2.5-5.8L20 8.5M20 3.5v5h-5',
  sound: 'M4 9v6h4l5 4V5L8 9zM16.5 8.5a5 5 0 0 1 0 7M19 6a8.5 8.5 0 0 1 0 12',
}
/** Pixels of the sheet, twice as many as it is shown in. */
const SIZE = 48
/** In the middle between the lightest and the darkest of pages: contrast 4.2 on #fff, 4.3 on #161616. */
const TONE = '#6a6af4'

for (const [name, shape] of Object.entries(SHAPES)) {
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
      `../packages/server/web/botdetect/${name}${enabled ? '' : '-disabled'}.png`,
      import.meta.url,
    )
    writeFileSync(file, canvas.toBuffer('image/png'))
  }
}
