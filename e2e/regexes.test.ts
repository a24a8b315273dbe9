import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type Found, regexesIn, slowestOf } from './regexes.ts'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const SOURCE = /(?<!\.test)\.(?:[cm]?[jt]s|[jt]sx)$/
/** Where sources are that read what others write: requests, feeds, fonts, settings, programs' output. */
const FOLDERS = [
  'packages/core/src',
  'packages/server/src',
  'packages/server/web',
  'assets',
  'scripts',
  'attack',
  'bench',
  'examples',
]
/**
 * Milliseconds that any expression may take for 16 kB. Linear ones take about one, most of it for what
 * `replace` copies; quadratic ones take thirty on a fast machine, and hundreds on a slow one.
 */
const LIMIT_MS = 15

/** Every expression of the sources once; what only tests run is left out. */
function expressions(): Found[] {
  const found = FOLDERS.flatMap(folder =>
    readdirSync(ROOT + folder, { encoding: 'utf8', recursive: true })
      .filter(name => SOURCE.test(name) && !name.includes('node_modules'))
      .flatMap(name => regexesIn(`${folder}/${name}`, readFileSync(`${ROOT}${folder}/${name}`, 'utf8'))),
  )
  return [...new Map(found.map(each => [`${each.pattern}/${each.flags}`, each])).values()]
}

describe('regular expressions', () => {
  it('take linear time, whatever long run they read', () => {
    const timed = expressions().map(each => ({ ...each, ...slowestOf(each) }))
    const [worst] = timed.sort((a, b) => b.ms - a.ms)
    console.log(
      `${timed.length} regular expressions; the slowest takes ${worst!.ms.toFixed(2)} ms for 16 kB: ` +
        `${worst!.where} /${worst!.pattern}/${worst!.flags}`,
    )
    expect(timed.length).toBeGreaterThan(100)
    expect(timed.filter(({ ms }) => ms > LIMIT_MS)).toEqual([])
  }, 180_000)

  it.each([
    ['cubic', /(?:^|;)\s*sessionid=\s*"?([^;"]*?)"?\s*(?:;|$)/],
    ['quadratic at the end', /\s+$/],
    ['quadratic around a line end', /\s*\n\s*/g],
    ['quadratic from each start', /begin[^x]*x/],
    ['quadratic through two neighbours', /^(\w+)\s*=\s*([^#]*)\s*;$/],
    ['quadratic in a lookahead', /\n(?=\s*-)/],
    ['exponential', /^(?:a+)+$/],
    ['exponential through alternatives', /^(?:\d|[0-9a-f])*;/],
  ])('are found out where they are not: %s', (_, { source, flags }) => {
    expect(slowestOf({ pattern: source, flags }).ms).toBeGreaterThan(LIMIT_MS)
  })

  it.each([
    ['const r = /a+/g', [{ where: 'x.ts:1', pattern: 'a+', flags: 'g' }]],
    ['\n\nsplit(/,/) // /not me/', [{ where: 'x.ts:3', pattern: ',', flags: '' }]],
    ['const text = "/nor me/"', []],
  ])('are found in a source: %j', (source, found) => {
    expect(regexesIn('x.ts', source)).toEqual(found)
  })

  it.each(['new RegExp(name)', 'RegExp("a+")'])(
    'are not made from a text, which cannot be checked: %s',
    source => {
      expect(() => regexesIn('x.ts', source)).toThrow('x.ts:1')
    },
  )
})
