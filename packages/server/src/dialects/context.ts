import type { Files } from '../http/files.ts'
import type { Pages } from '../http/origins.ts'
import type { Routes } from '../http/routes.ts'
import { type Sites, withDialect } from '../http/sites.ts'
import type { Admission } from '../policy/admission.ts'
import { createRenderer } from '../renderer.ts'
import type { Service } from '../service.ts'
import type { Probe } from '../telemetry/health.ts'
import { instrumentDialect } from '../telemetry/instrument-dialect.ts'
import type { Dialect, DialectContext } from './dialect.ts'

/** Services of the app that all dialects share. */
export interface Shared {
  service: Service
  sites: Sites
  pages: Pages
  files: Files
  routes: Routes
  probe: Probe
  /** The one admission of the app, which counts what it refuses under a label. */
  admissionFor(label: string): Admission
}

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
    sites: withDialect(sites, name),
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
