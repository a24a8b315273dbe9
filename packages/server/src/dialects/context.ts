import type { Files } from '../http/files.ts'
import type { Pages } from '../http/origins.ts'
import type { Routes } from '../http/routes.ts'
import { type Sites, withDialects } from '../http/sites.ts'
import type { Admission } from '../policy/admission.ts'
import { createRenderer } from '../renderer.ts'
import type { Service } from '../service.ts'
import type { Probe } from '../telemetry/health.ts'
import { instrumentDialect } from '../telemetry/instrument-dialect.ts'
import type { Dialect, DialectContext, ServedScripts } from './dialect.ts'

/** Services of the app that all dialects share. */
export interface Shared {
  service: Service
  sites: Sites
  pages: Pages
  files: Files
  routes: Routes
  probe: Probe
  /** Dialects whose scripts our own API serves. */
  scripts: ReadonlyMap<string, ServedScripts>
  /** The one admission of the app, which counts what it refuses under a label. */
  admissionFor(label: string): Admission
}

/** What our own API does for the scripts of dialects, by name. Test keys are left out unless they are on. */
export const scriptsOf = (
  dialects: readonly Dialect[],
  testKeys: boolean,
): ReadonlyMap<string, ServedScripts> =>
  new Map(
    dialects.flatMap(({ name, scripts }) =>
      scripts ? [[name, testKeys ? scripts : { ...scripts, testKeys: [] }]] : [],
    ),
  )

/** The context of a dialect: its kinds alone, and every call counted under its name. */
export function createContext(
  { service, admissionFor, sites, ...shared }: Shared,
  { name, kinds, knows }: Pick<Dialect, 'name' | 'kinds' | 'knows'>,
): DialectContext {
  const { sounds, pictures, tickets, passes, ladder, keys, metrics, traces, version, now, random } = service
  const captcha = service.captcha.only(kinds, knows)
  const show = createRenderer({ captcha, sounds, pictures, now })

  const as = (label: string): DialectContext => ({
    ...shared,
    sites: withDialects(sites, [name]),
    allSites: sites,
    sitesOf: names => withDialects(sites, names),
    testKeys: service.config.testKeys,
    tickets,
    passes,
    ...instrumentDialect({ captcha, show, ladder }, label, { metrics, traces }),
    pictures,
    admission: admissionFor(label),
    countVerdict: (site, verdict) => metrics?.checked(site, label, verdict),
    keys,
    version,
    now,
    random,
    as,
  })
  return as(name)
}
