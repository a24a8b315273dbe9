import { type Canvas, createCanvas, loadImage } from '@napi-rs/canvas'
import type { Subject } from '@upright/core'
import { ANIMALS, type Animal } from './animals.ts'
import { type Brush, blurred, fade, oval, randomFor, SIDE } from './brush.ts'
import { COLOURS } from './colours.ts'
import { COVERS } from './covers.ts'
import type { Draft } from './draft.ts'
import { EMOJI, emojiFile } from './fetch.ts'
import type { Stand } from './scene.ts'
import { SCENES } from './scenes.ts'

/**
 * Pixels from the middle to an animal's farthest point: more would be lost where the circle is cropped
 * further.
 */
const MAX_REACH = 198
/** The same for a head, which leaves room for what it looks over. */
const MAX_HEAD_REACH = 186
/** The most that an emoji is enlarged: beyond that it would be seen to be soft. */
const MAX_ENLARGEMENT = 1.42
/** How opaque a pixel is that counts as the animal's, 0 … 255. */
const SOLID = 60

/** Scenes with a ground that takes a shadow. */
const SCENES_WITH_GROUND = new Set<Animal['scene']>([
  'meadow',
  'savanna',
  'dunes',
  'beach',
  'snow',
  'forest',
  'room',
  'yard',
  'rocks',
])

interface Shape {
  /** The middle and the radius of about the smallest circle that holds the animal, in the emoji's pixels. */
  x: number
  y: number
  radius: number
  left: number
  right: number
  top: number
  bottom: number
}

function shapeOf(canvas: Canvas): Shape {
  const { width, height } = canvas
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height)
  const points: [number, number][] = []
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) if (data[4 * (y * width + x) + 3]! > SOLID) points.push([x, y])
  }
  let [x, y, radius] = [width / 2, height / 2, 0]
  // A step towards the farthest point, ever smaller, comes close to the circle's middle.
  for (let step = 1; step <= 200; step++) {
    let far = points[0]!
    radius = 0
    for (const point of points) {
      const distance = Math.hypot(point[0] - x, point[1] - y)
      if (distance > radius) [radius, far] = [distance, point]
    }
    x += (far[0] - x) / (step + 1)
    y += (far[1] - y) / (step + 1)
  }
  const xs = points.map(point => point[0])
  return {
    x,
    y,
    radius,
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: points[0]![1],
    bottom: points.at(-1)![1],
  }
}

/** The emoji as a canvas, looking the other way where asked for. */
async function cutOut(code: string, mirrored: boolean): Promise<Canvas> {
  const image = await loadImage(emojiFile(code))
  const canvas = createCanvas(image.width, image.height)
  const ctx = canvas.getContext('2d')
  if (mirrored) {
    ctx.translate(image.width, 0)
    ctx.scale(-1, 1)
  }
  ctx.drawImage(image, 0, 0)
  return canvas
}

/** What the animal would be if it were all of one colour. */
function silhouette(canvas: Canvas, colour: string): Canvas {
  const copy = createCanvas(canvas.width, canvas.height)
  const ctx = copy.getContext('2d')
  ctx.drawImage(canvas, 0, 0)
  ctx.globalCompositeOperation = 'source-in'
  ctx.fillStyle = colour
  ctx.fillRect(0, 0, copy.width, copy.height)
  return copy
}

/** The shade that an animal throws on the ground: wide and soft about it, narrow and dark below each foot. */
function shadow(brush: Brush, cut: Canvas, place: (ctx: Brush['ctx']) => void, stand: Stand): void {
  const [middle, half] = [(stand.left + stand.right) / 2, (stand.right - stand.left) / 2]
  blurred(brush, 12, inner =>
    oval(inner, middle, stand.feet + 3, half * 1.02, half * 0.16, fade('#161226', 0.36)),
  )
  blurred(brush, 3, ({ ctx }) => {
    ctx.translate(0, stand.feet + 2)
    ctx.scale(1, 0.07)
    ctx.translate(0, -stand.feet)
    ctx.globalAlpha = 0.55
    place(ctx)
    ctx.drawImage(silhouette(cut, '#161226'), 0, 0)
  })
}

async function render({
  code,
  scene,
  colours: scheme,
  cover,
  sunk = 26,
}: Animal): Promise<Pick<Draft, 'canvas' | 'subject'>> {
  const canvas = createCanvas(SIDE, SIDE)
  const brush: Brush = { ctx: canvas.getContext('2d'), random: randomFor(`${code} ${scene} ${scheme}`) }
  const { ctx, random } = brush
  const colours = COLOURS[scheme]
  const cut = await cutOut(code, random.below(2) === 0)
  const shape = shapeOf(cut)
  const scale = Math.min(MAX_ENLARGEMENT, (cover ? MAX_HEAD_REACH : MAX_REACH) / shape.radius)
  const [x, y] = [SIDE / 2 + random.between(-5, 5), SIDE / 2 + random.between(-3, 6) - (cover ? 14 : 0)]
  const stand = {
    head: y + (shape.top - shape.y) * scale,
    feet: y + (shape.bottom - shape.y) * scale,
    left: x + (shape.left - shape.x) * scale,
    right: x + (shape.right - shape.x) * scale,
  }
  const place = (to: Brush['ctx']) => {
    to.translate(x, y)
    to.scale(scale, scale)
    to.translate(-shape.x, -shape.y)
  }

  const front = SCENES[scene](brush, colours, stand)
  if (SCENES_WITH_GROUND.has(scene)) shadow(brush, cut, place, stand)
  ctx.save()
  ctx.imageSmoothingQuality = 'high'
  place(ctx)
  ctx.drawImage(cut, 0, 0)
  // Light of the scene on the animal, for it to belong there.
  ctx.globalAlpha = 0.05
  ctx.drawImage(silhouette(cut, colours.sky[0]!), 0, 0)
  ctx.restore()
  front?.()
  if (cover) COVERS[cover](brush, colours, stand.feet - sunk)
  return { canvas, subject: subjectOf(stand, cover ? stand.feet - sunk : stand.feet) }
}

/** The box of an animal that is seen down to some height. */
const subjectOf = ({ left, right, head }: Stand, bottom: number): Subject => ({
  x: left / SIDE,
  y: head / SIDE,
  width: (right - left) / SIDE,
  height: (bottom - head) / SIDE,
})

/** The rendered animals, each in a scene of its own. */
export async function renders(): Promise<Draft[]> {
  const drafts: Draft[] = []
  for (const animal of ANIMALS) {
    drafts.push({
      kind: 'render',
      name: animal.name,
      species: animal.species,
      ...(await render(animal)),
      credit: 'Microsoft Corporation, LobeHub',
      licence: 'MIT',
      source: `${EMOJI.name}, assets/${animal.code}.webp`,
    })
  }
  return drafts
}
