/** A scenario as a picture: the mean rung of visitors and of attackers, minute by minute. */
import type { Outcome } from './simulate.ts'

const WIDTH = 640
const HEIGHT = 200
const LEFT = 36
const BOTTOM = 24
const TOP = 28
/** Points of a line at most: longer ones are means of several minutes. */
const MAX_POINTS = 240

/** Means over so many minutes that there are not too many points. */
function thinned(minutes: readonly number[]): (number | undefined)[] {
  const step = Math.ceil(minutes.length / MAX_POINTS)
  return Array.from({ length: Math.ceil(minutes.length / step) }, (_, i) => {
    const some = minutes.slice(i * step, (i + 1) * step).filter(rung => !Number.isNaN(rung))
    return some.length === 0 ? undefined : some.reduce((sum, rung) => sum + rung, 0) / some.length
  })
}

const x = (i: number, count: number) => LEFT + ((WIDTH - LEFT - 8) * i) / Math.max(1, count - 1)
const y = (rung: number) => HEIGHT - BOTTOM - ((HEIGHT - BOTTOM - TOP) * rung) / 3

/** A line that leaves out minutes in which nobody came. */
function line(minutes: readonly number[], colour: string, dashes: string): string {
  const rungs = thinned(minutes)
  let drawn = false
  const path = rungs
    .flatMap((rung, i) => {
      if (rung === undefined) return []
      const command = drawn ? 'L' : 'M'
      drawn = true
      return `${command}${x(i, rungs.length).toFixed(1)} ${y(rung).toFixed(1)}`
    })
    .join('')
  return path === ''
    ? ''
    : `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"${dashes && ` stroke-dasharray="${dashes}"`}/>`
}

/** An SVG with a title. */
export function plot(title: string, { minutes }: Outcome): string {
  const grid = [0, 1, 2, 3].map(
    rung =>
      `<path d="M${LEFT} ${y(rung)}H${WIDTH - 8}" stroke="#ccc"/><text x="${LEFT - 8}" y="${y(rung) + 4}" text-anchor="end">${rung}</text>`,
  )
  const total = minutes.visitors.length
  const unit = total > 600 ? 'hours' : 'minutes'
  const last = unit === 'hours' ? Math.round(total / 60) : total
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" role="img" aria-label="${title}">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${LEFT}" y="16">${title}</text>
${grid.join('\n')}
<text x="${LEFT}" y="${HEIGHT - 6}">0</text><text x="${WIDTH - 8}" y="${HEIGHT - 6}" text-anchor="end">${last} ${unit}</text>
<text x="${(LEFT + WIDTH) / 2}" y="${HEIGHT - 6}" text-anchor="middle">mean rung of visitors: line; of attackers: dashes</text>
${line(minutes.attackers, '#b00020', '6 4')}
${line(minutes.visitors, '#0b57d0', '')}
</svg>
`
}
