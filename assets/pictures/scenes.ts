// Where rendered animals stand.
import { dunes, meadow, rocks, savanna, snow, yard } from './outdoors.ts'
import { bough, forest, haze, liana, room } from './shelter.ts'
import { beach, lake, sea } from './water.ts'

export const SCENES = {
  beach,
  bough,
  dunes,
  forest,
  haze,
  lake,
  liana,
  meadow,
  rocks,
  room,
  savanna,
  sea,
  snow,
  yard,
}
