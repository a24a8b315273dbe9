import type { COLOURS } from './colours.ts'
import type { COVERS } from './covers.ts'
import type { SCENES } from './scenes.ts'

/** An emoji and where it is put. */
export interface Animal {
  /** The emoji's code point in hex. */
  code: string
  name: string
  species: string
  scene: keyof typeof SCENES
  colours: keyof typeof COLOURS
  /** What a head looks over. */
  cover?: keyof typeof COVERS
  /** How many pixels of the head that hides. @default 26 */
  sunk?: number
}

type Row = [
  code: string,
  name: string,
  species: string,
  scene: Animal['scene'],
  colours: Animal['colours'],
  cover?: Animal['cover'],
  sunk?: number,
]

/**
 * The emoji whose up is plain to anyone. Those that fly, coil, crawl as seen from above, or are no animals,
 * are left out.
 */
const ROWS: Row[] = [
  ['1f402', 'Ox', 'ox', 'meadow', 'dawn'],
  ['1f403', 'Water buffalo', 'buffalo', 'savanna', 'autumn'],
  ['1f404', 'Cow', 'cow', 'meadow', 'spring'],
  ['1f405', 'Tiger', 'tiger', 'forest', 'jungle'],
  ['1f406', 'Leopard', 'leopard', 'savanna', 'dusk'],
  ['1f407', 'Rabbit', 'rabbit', 'meadow', 'rose'],
  ['1f408-200d-2b1b', 'Black cat', 'cat', 'room', 'mustard'],
  ['1f408', 'Cat', 'cat', 'room', 'plum'],
  ['1f40b', 'Whale', 'whale', 'lake', 'dusk'],
  ['1f40c', 'Snail', 'snail', 'forest', 'moss'],
  ['1f40e', 'Horse', 'horse', 'dunes', 'shore'],
  ['1f40f', 'Ram', 'ram', 'rocks', 'slate'],
  ['1f410', 'Goat', 'goat', 'rocks', 'polar'],
  ['1f411', 'Sheep', 'sheep', 'meadow', 'storm'],
  ['1f412', 'Monkey', 'monkey', 'bough', 'jungle'],
  ['1f413', 'Rooster', 'chicken', 'yard', 'dawn'],
  ['1f415', 'Dog', 'dog', 'room', 'sage'],
  ['1f416', 'Pig', 'pig', 'yard', 'spring'],
  ['1f418', 'Elephant', 'elephant', 'savanna', 'gold'],
  ['1f422', 'Turtle', 'turtle', 'beach', 'shore'],
  ['1f423', 'Hatching chick', 'chicken', 'yard', 'moss'],
  ['1f424', 'Chick', 'chicken', 'meadow', 'lilac'],
  ['1f425', 'Fluffy chick', 'chicken', 'room', 'blush'],
  ['1f426-200d-2b1b', 'Crow', 'crow', 'snow', 'dawn'],
  ['1f426', 'Cardinal', 'cardinal', 'snow', 'night'],
  ['1f427', 'Penguin', 'penguin', 'snow', 'polar'],
  ['1f429', 'Poodle', 'dog', 'room', 'cream'],
  ['1f42a', 'Dromedary', 'camel', 'dunes', 'dusk'],
  ['1f42b', 'Bactrian camel', 'camel', 'dunes', 'lilac'],
  ['1f433', 'Spouting whale', 'whale', 'lake', 'rose'],
  ['1f43f-fe0f', 'Chipmunk', 'chipmunk', 'forest', 'spring'],
  ['1f980', 'Crab', 'crab', 'beach', 'slate'],
  ['1f986', 'Mallard', 'duck', 'lake', 'moss'],
  ['1f989', 'Owl', 'owl', 'bough', 'night'],
  ['1f98c', 'Deer', 'deer', 'forest', 'lagoon'],
  ['1f98d', 'Gorilla', 'gorilla', 'forest', 'gold'],
  ['1f98f', 'Rhinoceros', 'rhinoceros', 'savanna', 'spring'],
  ['1f992', 'Giraffe', 'giraffe', 'savanna', 'lagoon'],
  ['1f993', 'Zebra', 'zebra', 'savanna', 'terracotta'],
  ['1f994', 'Hedgehog', 'hedgehog', 'forest', 'dusk'],
  ['1f995', 'Sauropod', 'dinosaur', 'dunes', 'terracotta'],
  ['1f996', 'Tyrannosaur', 'dinosaur', 'rocks', 'dawn'],
  ['1f997', 'Grasshopper', 'grasshopper', 'bough', 'rose'],
  ['1f998', 'Kangaroo', 'kangaroo', 'savanna', 'rose'],
  ['1f999', 'Llama', 'llama', 'rocks', 'gold'],
  ['1f99a', 'Peacock', 'peacock', 'meadow', 'autumn'],
  ['1f99b', 'Hippopotamus', 'hippopotamus', 'beach', 'dawn'],
  ['1f99c', 'Parrot', 'parrot', 'bough', 'lagoon'],
  ['1f9a1', 'Badger', 'badger', 'forest', 'autumn'],
  ['1f9a2', 'Swan', 'swan', 'lake', 'night'],
  ['1f9a3', 'Mammoth', 'mammoth', 'snow', 'lilac'],
  ['1f9a4', 'Dodo', 'dodo', 'beach', 'coral'],
  ['1f9a5', 'Sloth', 'sloth', 'liana', 'jungle'],
  ['1f9a6', 'Otter', 'otter', 'lake', 'lagoon'],
  ['1f9a7', 'Orangutan', 'orangutan', 'forest', 'polar'],
  ['1f9a8', 'Skunk', 'skunk', 'meadow', 'gold'],
  ['1f9a9', 'Flamingo', 'flamingo', 'beach', 'polar'],
  ['1f9ab', 'Beaver', 'beaver', 'rocks', 'lagoon'],
  ['1f9ac', 'Bison', 'bison', 'meadow', 'slate'],
  ['1f9ad', 'Seal', 'seal', 'snow', 'aurora'],
  ['1f9ae', 'Guide dog', 'dog', 'room', 'azure'],
  ['1fabc', 'Jellyfish', 'jellyfish', 'sea', 'coral'],
  ['1fabf', 'Goose', 'goose', 'meadow', 'lagoon'],
  ['1f414', 'Hen head', 'chicken', 'haze', 'autumn', 'fence'],
  ['1f428', 'Koala face', 'koala', 'haze', 'moss', 'hedge'],
  ['1f42d', 'Mouse face', 'mouse', 'haze', 'mustard', 'blanket', 10],
  ['1f42e', 'Cow face', 'cow', 'haze', 'cream', 'fence'],
  ['1f42f', 'Tiger face', 'tiger', 'haze', 'moss', 'grass'],
  ['1f430', 'Rabbit face', 'rabbit', 'haze', 'lilac', 'grass'],
  ['1f431', 'Cat face', 'cat', 'haze', 'lagoon', 'blanket'],
  ['1f434', 'Horse head', 'horse', 'haze', 'sage', 'fence'],
  ['1f435', 'Monkey face', 'monkey', 'haze', 'lagoon', 'hedge'],
  ['1f436', 'Dog face', 'dog', 'haze', 'rose', 'blanket', 10],
  ['1f437', 'Pig face', 'pig', 'haze', 'azure', 'fence'],
  ['1f438', 'Frog face', 'frog', 'haze', 'night', 'pond'],
  ['1f439', 'Hamster face', 'hamster', 'haze', 'sage', 'blanket', 10],
  ['1f43a', 'Wolf face', 'wolf', 'haze', 'aurora', 'drift', 10],
  ['1f43b-200d-2744-fe0f', 'Polar bear face', 'bear', 'haze', 'polar', 'drift'],
  ['1f43b', 'Bear face', 'bear', 'haze', 'slate', 'stones'],
  ['1f43c', 'Panda face', 'panda', 'haze', 'spring', 'hedge'],
  ['1f981', 'Lion face', 'lion', 'haze', 'dusk', 'grass'],
  ['1f98a', 'Fox face', 'fox', 'haze', 'night', 'drift', 10],
  ['1f99d', 'Raccoon face', 'raccoon', 'haze', 'terracotta', 'stones', 10],
  ['1face', 'Moose head', 'moose', 'haze', 'autumn', 'hedge'],
]

export const ANIMALS: readonly Animal[] = ROWS.map(([code, name, species, scene, colours, cover, sunk]) => ({
  code,
  name,
  species,
  scene,
  colours,
  ...(cover && { cover }),
  ...(sunk && { sunk }),
}))
