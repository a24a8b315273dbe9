import { expect, it } from 'vitest'
import { CHANCE, canvasDiscs, forecasts, ourDiscs } from './leak.testing.ts'

it('nothing about a disc foretells its turn where the picture does not', async () => {
  const found = await forecasts(ourDiscs())
  expect(found).toHaveLength(8)
  for (const correlation of found) expect(correlation).toBeLessThan(CHANCE)
}, 120_000)

it('would be noticed where it does: a picture turned by a canvas tells', async () => {
  const found = await forecasts(canvasDiscs())
  expect(Math.max(...found)).toBeGreaterThan(2 * CHANCE)
}, 120_000)
