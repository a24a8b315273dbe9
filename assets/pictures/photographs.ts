import { createCanvas, loadImage } from '@napi-rs/canvas'
import type { Subject } from '@upright/core'
import { SIDE } from './brush.ts'
import type { Draft } from './draft.ts'
import { activityFiles, GCOMPRIS } from './fetch.ts'

/** The activity of GCompris that has each photograph, and the folder there. */
const FOLDERS = {
  world: ['explore_world_animals', 'resource/animals'],
  farm: ['explore_farm_animals', 'resource/animals'],
  erase: ['erase', 'resource'],
} as const

/**
 * The crop's middle, from left and from top, and its side, in hundredths of the width, the height, the
 * shorter side.
 */
type Crop = readonly [x: number, y: number, side: number]

/** The box of the animal in what is cropped: its left, top, width and height, in hundredths of the side. */
type Box = readonly [x: number, y: number, width: number, height: number]

/**
 * Crops and boxes, chosen by eye: the animal fills the circle within the square, and nothing beside it
 * misleads.
 */
const PHOTOGRAPHS: readonly [
  folder: keyof typeof FOLDERS,
  file: string,
  name: string,
  species: string,
  crop: Crop,
  box: Box,
][] = [
  ['world', 'bison', 'American bison', 'bison', [50, 46, 90], [10, 12, 86, 70]],
  ['world', 'hedgehog', 'Hedgehog', 'hedgehog', [52, 52, 95], [1, 13, 97, 66]],
  ['world', 'koala', 'Koala', 'koala', [50, 55, 92], [10, 6, 76, 88]],
  ['world', 'lemur', 'Ring-tailed lemur', 'lemur', [50, 60, 80], [20, 11, 58, 84]],
  ['world', 'panda', 'Giant panda', 'panda', [52, 50, 100], [3, 7, 94, 82]],
  ['world', 'polar_bear', 'Polar bear', 'bear', [54, 54, 86], [3, 25, 94, 50]],
  ['farm', 'chicken', 'Hens', 'chicken', [60, 53, 74], [10, 3, 80, 82]],
  ['farm', 'cow', 'Cow', 'cow', [56, 55, 90], [2, 30, 97, 60]],
  ['farm', 'dog', 'German shepherd', 'dog', [64, 48, 95], [14, 3, 70, 95]],
  ['farm', 'duck', 'Aylesbury duck', 'duck', [47, 56, 86], [7, 9, 83, 82]],
  ['farm', 'horse', 'Horses', 'horse', [37, 57, 86], [7, 20, 91, 66]],
  ['farm', 'owl', 'Tawny owl', 'owl', [66, 56, 86], [28, 8, 44, 86]],
  ['farm', 'sheep', 'Sheep', 'sheep', [48, 52, 92], [12, 6, 74, 92]],
  ['erase', 'crab', 'Sally Lightfoot crab', 'crab', [50, 50, 100], [1, 24, 98, 60]],
  ['erase', 'kitten', 'Kitten', 'cat', [51, 54, 88], [14, 11, 66, 82]],
  ['erase', 'pika', 'American pika', 'pika', [56, 46, 84], [23, 9, 60, 64]],
]

/** Licences that ask for no more than an author's name, as a package's README calls them. */
const LICENCES: Readonly<Record<string, string>> = {
  'cc0-1.0': 'CC0-1.0',
  'public domain': 'public-domain',
  'cc-by-2.0': 'CC-BY-2.0',
  'cc-by-3.0': 'CC-BY-3.0',
}

/** What a README says of a file, in one of its paragraphs: `Copyright`, `License`, `Source`. */
function fieldsOf(readme: string, file: string): Record<string, string> {
  for (const paragraph of readme.split(/\n\s*\n/)) {
    const fields: Record<string, string> = {}
    for (const [, key, value] of paragraph.matchAll(/^(\w+):\s*(.+)$/gm)) fields[key!] = value!.trim()
    if (paragraph.split(/\s+/).includes(file)) return fields
  }
  throw new Error(`No README speaks of ${file}`)
}

const subjectOf = ([x, y, width, height]: Box): Subject => ({
  x: x / 100,
  y: y / 100,
  width: width / 100,
  height: height / 100,
})

/** The photographs, prepared, with their credits as the package gives them. */
export async function photographs(): Promise<Draft[]> {
  const activities = Object.fromEntries(
    Object.entries(FOLDERS).map(([key, [activity]]) => [key, activityFiles(activity)]),
  )
  const drafts: Draft[] = []
  for (const [key, file, name, species, [x, y, side], box] of PHOTOGRAPHS) {
    const [activity, folder] = FOLDERS[key]
    const files = activities[key]!
    const path = `${folder}/${file}.webp`
    const fields = fieldsOf(`${files.get(`${folder}/README`)}`, `${file}.webp`)
    const licence = LICENCES[fields.License!.toLowerCase()]
    if (!licence) throw new Error(`${path} is under ${fields.License}, which asks for more than a credit`)

    const image = await loadImage(files.get(path)!)
    const size = (Math.min(image.width, image.height) * side) / 100
    const [left, top] = [(image.width * x) / 100 - size / 2, (image.height * y) / 100 - size / 2]
    if (left < 0 || top < 0 || left + size > image.width || top + size > image.height) {
      throw new Error(
        `The crop of ${path} goes beyond its edge: ${left} ${top} ${size} of ${image.width} x ${image.height}`,
      )
    }
    const canvas = createCanvas(SIDE, SIDE)
    const ctx = canvas.getContext('2d')
    ctx.imageSmoothingQuality = 'high'
    ctx.drawImage(image, left, top, size, size, 0, 0, SIDE, SIDE)
    drafts.push({
      kind: 'photo',
      name,
      species,
      canvas,
      subject: subjectOf(box),
      credit: fields.Copyright!,
      licence,
      source: `${GCOMPRIS.name}, ${activity}/${path}, from ${fields.Source}`,
    })
  }
  return drafts
}
