import { DISTORTIONS } from '@upright/core'
import { expect, it } from 'vitest'
import { distortionOf, toleranceOf } from './strictness.ts'

const { light, standard } = DISTORTIONS

it.each([
  // Beside work.
  [{ rung: 2, worked: true, guessed: false }, light, 20],
  [{ rung: 2, worked: true, guessed: true }, standard, 10],
  // On other rungs, or without work.
  [{ rung: 1, worked: true, guessed: false }, standard, 10],
  [{ rung: 3, worked: true, guessed: false }, standard, 10],
  [{ rung: 3, worked: true, guessed: true }, standard, 10],
  [{ rung: 0, worked: false, guessed: false }, standard, 10],
  [{ rung: 2, worked: false, guessed: false }, standard, 10],
  [{ rung: 2, worked: false, guessed: true }, standard, 10],
])('is for %j the distortion %d and the tolerance %d', (circumstances, distortion, tolerance) => {
  expect(distortionOf(circumstances)).toBe(distortion)
  expect(toleranceOf(circumstances, { tolerance: 10 })).toBe(tolerance)
})
