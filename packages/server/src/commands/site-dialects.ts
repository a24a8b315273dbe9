import { CaptchaError, levelOf, triesOf, workStyleNamed } from '@upright/core'
import type { WorkChoice } from '../dialects/dialect.ts'
import { dialects } from '../dialects/index.ts'
import type { SiteSettings, SiteWork } from '../registry/settings.ts'

type Works = SiteSettings['work']

/** What asks for work in all dialects, by name. */
const choices: Readonly<Record<string, WorkChoice>> = Object.assign({}, ...dialects.map(({ work }) => work))

/** `all`, or names of dialects separated by commas. @throws CaptchaError `usage` */
export function dialectsOf(text: string): SiteSettings['dialects'] {
  if (text === 'all') return text
  const names = text.split(',').map(name => name.trim())
  const all = dialects.map(({ name }) => name)
  const unknown = names.find(name => !all.includes(name))
  if (unknown === undefined) return names
  throw new CaptchaError('usage', `--dialects is all, or some of ${all.join(',')}, not "${unknown}"`)
}

/**
 * Work as flags write it, over what was set before: `cap=sha256/524288`, or `cap=default`.
 * @throws CaptchaError `usage`
 */
export function worksOf(flags: readonly string[], before: Works = {}): Works {
  const works: Record<string, SiteWork> = { ...before }
  for (const flag of flags) {
    const [name = '', text = ''] = flag.split(/=(.*)/s)
    const choice = Object.hasOwn(choices, name) ? choices[name] : undefined
    if (!choice) {
      throw new CaptchaError(
        'usage',
        `--work ${flag}: one of ${Object.keys(choices).join(', ')} asks for work`,
      )
    }
    if (text === 'default') delete works[name]
    else works[name] = workOf(flag, text, choice)
  }
  return works
}

function workOf(flag: string, text: string, { styles }: WorkChoice): SiteWork {
  const [, name = '', digits = ''] = /^(\w+)\/(\d{1,9})$/.exec(text) ?? []
  const style = styles.includes(name) ? workStyleNamed(name) : undefined
  if (!style) {
    const offered = styles.map(each => `${each}/TRIES`).join(', ')
    throw new CaptchaError('usage', `--work ${flag}: it is ${offered} or default`)
  }
  const [low, high] = style.settings.levels
  const tries = Number(digits)
  const level = levelOf(tries)
  if (level >= low && level <= high) return { style: name, level }
  throw new CaptchaError('usage', `--work ${flag}: from ${triesOf(low)} to ${triesOf(high)} tries of ${name}`)
}

/** Work of a site, as the flags write it. */
export const showWork = (works: Works): string =>
  Object.entries(works)
    .map(([name, { style, level }]) => `${name}=${style}/${Math.ceil(triesOf(level))}`)
    .join(' ') || 'default'
