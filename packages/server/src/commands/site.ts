import { CaptchaError } from '@upright/core'
import { altchaKeyOf, replaceAltchaKey } from '../registry/altcha-key.ts'
import type { Registry, Site, SiteWithSecret } from '../registry/registry.ts'
import { BOUNDS, type SiteSettings } from '../registry/settings.ts'
import { readArguments, runAction, type Values, wholeFlag } from './arguments.ts'
import { confirm, YES } from './confirm.ts'
import { columns, print } from './print.ts'
import { withKnownRegistry, withRegistry } from './registry.ts'
import { printAltchaKey } from './site-altcha.ts'
import { dialectsOf, showWork, worksOf } from './site-dialects.ts'
import { allowancesOf, LADDER_FLAGS, ladderSettingsOf, showAllowances } from './site-ladder.ts'

const SETTINGS = {
  name: { type: 'string' },
  attempts: { type: 'string' },
  tolerance: { type: 'string' },
  expiry: { type: 'string' },
  quota: { type: 'string' },
  rate: { type: 'string' },
  rung: { type: 'string' },
  ...LADDER_FLAGS,
  outage: { type: 'string' },
  revalidation: { type: 'string' },
  origin: { type: 'string', multiple: true },
  open: { type: 'boolean' },
  'no-open': { type: 'boolean' },
  dialects: { type: 'string' },
  work: { type: 'string', multiple: true },
  'altcha-version': { type: 'string' },
  'altcha-code': { type: 'string' },
  score: { type: 'string' },
} as const

const ACTIONS = { add, list, show, set, usual, rotate, remove }

/**
 * `upright site …`: the sites of the registry, also beside a running server, which notices within a second.
 */
export const run = (args: string[]): Promise<void> => runAction('site', ACTIONS, args)

async function add(args: string[]): Promise<void> {
  const { values } = readArguments(args, SETTINGS)
  const { name } = values
  if (name === undefined) throw new CaptchaError('usage', 'site add needs --name')
  const settings = {
    ...settingsOf(values),
    ...(values.work && { work: worksOf(values.work) }),
    ...(values.allow && { allowances: allowancesOf(values.allow) }),
  }
  await withRegistry(values.data, async registry => {
    printSecret(await registry.addSite(name, settings), values.json)
  })
}

async function list(args: string[]): Promise<void> {
  const { values } = readArguments(args, {})
  const sites = await withSites(values.data, registry => registry.sites())
  if (values.json) {
    print(JSON.stringify(sites.map(publicPart)))
    return
  }
  const rows = sites.map(({ id, name, publicKey, settings }) => [
    `${id}`,
    publicKey,
    describe(settings),
    name,
  ])
  print(columns([['id', 'public key', 'settings', 'name'], ...rows]))
}

async function show(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args, { 'altcha-key': { type: 'boolean' } }, ['ID'])
  await withSites(values.data, async registry => {
    const site = await find(registry, positionals[0]!)
    if (values['altcha-key']) await printAltchaKey(altchaKeyOf, registry, site, values)
    else printSite(site, values.json)
  })
}

async function set(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args, SETTINGS, ['ID'])
  const { name, work, allow } = values
  const settings = settingsOf(values)
  if (Object.keys(settings).length === 0 && [name, work, allow].every(value => value === undefined)) {
    throw new CaptchaError('usage', 'site set needs something to set, such as --attempts 3')
  }
  const site = await withSites(values.data, async registry => {
    const before = await find(registry, positionals[0]!)
    return registry.setSite(before.id, {
      ...(name !== undefined && { name }),
      settings: {
        ...settings,
        ...(work && { work: worksOf(work, before.settings.work) }),
        ...(allow && { allowances: allowancesOf(allow, before.settings.allowances) }),
      },
    })
  })
  printSite(site, values.json)
}

/** What is going on at the site is usual from now on. */
async function usual(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args, {}, ['ID'])
  const site = await withSites(values.data, async registry => {
    const { id } = await find(registry, positionals[0]!)
    return registry.setSite(id, { settings: { usualAt: Date.now() } })
  })
  printSite(site, values.json)
}

async function rotate(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args, { ...YES, altcha: { type: 'boolean' } }, ['ID'])
  await withSites(values.data, async registry => {
    const found = await find(registry, positionals[0]!)
    // The old one is refused at once, and so are tokens of an old secret.
    const what = values.altcha ? 'key for plug-ins' : 'secret'
    await confirm(`replace the ${what} of site ${found.id} (${found.name})`, values.yes)
    if (values.altcha) await printAltchaKey(replaceAltchaKey, registry, found, values)
    else printSecret(await registry.rotateSecret(found.id), values.json)
  })
}

async function remove(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args, YES, ['ID'])
  const site = await withSites(values.data, async registry => {
    const found = await find(registry, positionals[0]!)
    await confirm(`remove site ${found.id} (${found.name})`, values.yes)
    await registry.removeSite(found.id)
    return found
  })
  print(values.json ? JSON.stringify({ removed: site.id }) : `removed site ${site.id} (${site.name})`)
}

const withSites = <T>(data: string | undefined, work: (registry: Registry) => Promise<T>): Promise<T> =>
  withKnownRegistry(data, 'no sites; "upright site add" makes the first', work)

/** The site of a number or of a public key. @throws CaptchaError `site_unknown` */
async function find(registry: Registry, text: string): Promise<Site> {
  const byNumber = /^\d{1,8}$/.test(text) ? await registry.site(Number(text)) : undefined
  const site = byNumber ?? (await registry.siteByPublicKey(text))
  if (!site) throw new CaptchaError('site_unknown', `${text}; "upright site list" shows those there are`)
  return site
}

type Flags = Values<typeof SETTINGS>

function settingsOf(flags: Flags): Partial<SiteSettings> {
  if (flags.open && flags['no-open']) throw new CaptchaError('usage', 'either --open or --no-open')
  const settings: Partial<SiteSettings> = ladderSettingsOf(flags)
  for (const name of [
    'attempts',
    'expiry',
    'quota',
    'rate',
    'rung',
    'ceiling',
    'expect',
    'tolerance',
  ] as const) {
    const [low, high] = BOUNDS[name]
    const value = wholeFlag(name, flags[name], low, high)
    if (value !== undefined) settings[name] = value
  }
  // What it may be is for the registry to say.
  if (flags.revalidation !== undefined)
    settings.revalidation = flags.revalidation as SiteSettings['revalidation']
  if (flags.outage !== undefined) settings.outage = flags.outage as SiteSettings['outage']
  if (flags.origin) {
    if (flags.origin.includes('none') && flags.origin.length > 1) {
      throw new CaptchaError('usage', '--origin none stands alone')
    }
    settings.origins = flags.origin.filter(origin => origin !== 'none')
  }
  if (flags.open || flags['no-open']) settings.open = flags.open === true
  if (flags.dialects !== undefined) settings.dialects = dialectsOf(flags.dialects)
  const altchaVersion = wholeFlag('altcha-version', flags['altcha-version'], 1, 2)
  if (altchaVersion !== undefined) settings.altchaVersion = altchaVersion as 1 | 2
  const [code, score] = [onOrOff(flags, 'altcha-code'), onOrOff(flags, 'score')]
  if (code !== undefined) settings.altchaCode = code
  if (score !== undefined) settings.score = score
  return settings
}

function onOrOff(flags: Flags, name: 'altcha-code' | 'score'): boolean | undefined {
  const word = flags[name]
  if (word === undefined) return undefined
  if (word !== 'on' && word !== 'off') throw new CaptchaError('usage', `--${name} is on or off`)
  return word === 'on'
}

function publicPart({ id, name, publicKey, created, settings }: Site) {
  return { id, name, publicKey, created: new Date(created).toISOString(), settings }
}

function describe(settings: SiteSettings): string {
  const { attempts, expiry, revalidation, tolerance, open, origins, quota, rate, outage, dialects, rung } =
    settings
  const parts = [
    `${attempts} attempt${attempts === 1 ? '' : 's'}`,
    `${expiry} s`,
    revalidation,
    `±${tolerance}°`,
  ]
  if (open) parts.push('open')
  if (quota) parts.push(`${quota}/min`)
  parts.push(rate ? `${rate}/min each` : 'no rate')
  if (outage === 'accept') parts.push('accepts in an outage')
  if (origins.length > 0) parts.push(origins.join(' '))
  if (settings.preset !== 'contact') parts.push(settings.preset)
  if (rung > 0) parts.push(`rung ${rung}`)
  if (settings.ladder !== 'enforce') parts.push(`ladder ${settings.ladder}`)
  if (dialects !== 'all') parts.push(`only ${dialects.join(' ')}`)
  return parts.join(', ')
}

function printSite(site: Site, json: boolean | undefined): void {
  if (json) {
    print(JSON.stringify(publicPart(site)))
    return
  }
  const { settings, ...rest } = publicPart(site)
  const { previousExpiries = [], ...others } = settings
  const previous = previousExpiries.map(
    ({ expiry, until }) => `${expiry} (issued until ${new Date(until * 1000).toISOString()})`,
  )
  const rows = Object.entries({
    ...rest,
    ...others,
    ...(previous.length > 0 && { 'expiries before': previous.join(', ') }),
    origins: settings.origins.join(' ') || 'none',
    dialects: settings.dialects === 'all' ? 'all' : settings.dialects.join(','),
    work: showWork(settings.work),
    allowances: showAllowances(settings.allowances),
    usualAt: settings.usualAt === 0 ? 'never' : new Date(settings.usualAt).toISOString(),
  })
  print(columns(rows.map(([name, value]) => [name, String(value)])))
}

function printSecret(
  { site: { id, name, publicKey }, secret }: SiteWithSecret,
  json: boolean | undefined,
): void {
  const shown = { id, name, publicKey, secret }
  if (json) {
    print(JSON.stringify(shown))
    return
  }
  print(columns(Object.entries(shown).map(([label, value]) => [label, String(value)])))
  print('The secret is shown this once: keep it where the site keeps its passwords.')
}
