import {
  CHANCE,
  canvasDiscs,
  forecasts,
  ourDiscs,
  TESTED,
} from '../packages/server/src/pictures/leak.testing.ts'
import { type Attack, timed } from './finding.ts'

/**
 * What discs of pictures that look the same from every side tell of their turn, ours and those that a canvas
 * turned.
 */
export const attackLeak: Attack = async () => {
  const measure = async (target: string, discs: () => ReturnType<typeof ourDiscs>) => {
    const { result, seconds } = await timed(() => forecasts(discs()))
    return {
      attack: 'regression on size, border, roughness and spectrum',
      target,
      measure: 'correlation',
      samples: TESTED,
      solved: Math.max(...result.map(Math.abs)),
      seconds,
    }
  }
  return {
    found: [
      { ...(await measure('rotate, pictures without a top', ourDiscs)), aim: CHANCE },
      await measure('the same pictures turned by a canvas', canvasDiscs),
    ],
  }
}
