import { readNumber } from '../code.ts'

/** Degrees between two directions, 0 … 180. */
export function degreesApart(a: number, b: number): number {
  const apart = Math.abs(a - b) % 360
  return Math.min(apart, 360 - apart)
}

/** Whole degrees, 0 … 360, as a client writes them or a visitor types them, or undefined. */
export function readDegrees(text: string): number | undefined {
  const degrees = readNumber(text)
  return degrees !== undefined && degrees <= 360 ? degrees : undefined
}

/** The same direction as degrees of −180 … 180, 180 itself left out. */
export const signedDegrees = (degrees: number): number => ((((degrees + 180) % 360) + 360) % 360) - 180
