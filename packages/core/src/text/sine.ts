/**
 * A wave like the sine of `turns` full turns, −1 … 1, off by less than 0.002. It takes products only: unlike
 * Math.sin, whose last bit is the engine's own, it gives the same picture everywhere.
 */
export function sine(turns: number): number {
  const t = turns - Math.floor(turns)
  const half = t < 0.5 ? t : t - 0.5
  const arch = 16 * half * (0.5 - half)
  const value = arch * (0.775 + 0.225 * arch)
  return t < 0.5 ? value : -value
}
