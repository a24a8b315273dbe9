import { CaptchaError } from '@upright/core'
import type { Registry, Site } from '../registry/registry.ts'
import { canonicalOrigin } from './origins.ts'

/** The registry as requests see it: when it cannot answer, they fail with `unavailable`. */
export interface Sites {
  byId(id: number): Promise<Site | undefined>
  byPublicKey(publicKey: string): Promise<Site | undefined>
  bySecret(secret: string): Promise<Site | undefined>
  /** Whether any site lists an origin. */
  anyLists(origin: string): Promise<boolean>
  /** The site that the demo page is one of. @throws CaptchaError `not_found` when it was removed or closed */
  demo(): Promise<Site>
  /** Whether a site is that one. */
  isDemo(site: Pick<Site, 'id'>): Promise<boolean>
}

/** Facts about all sites together. */
interface Index {
  /** The list that it was made from. */
  all: readonly Site[]
  origins: ReadonlySet<string>
  demo: Site | undefined
}

const indexed = (all: readonly Site[]): Index => ({
  all,
  origins: new Set(all.flatMap(({ settings }) => settings.origins)),
  demo: all.find(({ name, settings }) => name === 'Demo' && settings.open),
})

/** The sites of a registry, with a demo site among them or not. */
export function createSites(registry: Registry, hasDemo = true): Sites {
  const unavailable = (cause: unknown) => {
    throw new CaptchaError('unavailable', undefined, { cause })
  }
  let index = indexed([])
  const current = async () => {
    const all = await registry.sites().catch(unavailable)
    // The registry gives the same list until something has changed.
    if (all !== index.all) index = indexed(all)
    return index
  }

  return {
    byId: id => registry.site(id).catch(unavailable),
    // A key that was read from a file has the line break of its end.
    byPublicKey: publicKey => registry.siteByPublicKey(publicKey.trim()).catch(unavailable),
    bySecret: secret => registry.siteBySecret(secret.trim()).catch(unavailable),
    async anyLists(origin) {
      const { origins } = await current()
      return origins.has('*') || origins.has(canonicalOrigin(origin))
    },
    async demo() {
      const { demo } = await current()
      if (!demo || !hasDemo) throw new CaptchaError('not_found', 'there is no demo site')
      return demo
    },
    isDemo: async ({ id }) => hasDemo && (await current()).demo?.id === id,
  }
}

/** Whether a dialect is on for a site. */
export const isOn = ({ settings: { dialects } }: Pick<Site, 'settings'>, dialect: string): boolean =>
  dialects === 'all' || dialects.includes(dialect)

/** The same sites without those that all of these dialects are off for: to their clients they are unknown. */
export function withDialects(sites: Sites, dialects: readonly string[]): Sites {
  const on = (site: Site | undefined) => (site && dialects.some(name => isOn(site, name)) ? site : undefined)
  return {
    ...sites,
    byId: async id => on(await sites.byId(id)),
    byPublicKey: async publicKey => on(await sites.byPublicKey(publicKey)),
    bySecret: async secret => on(await sites.bySecret(secret)),
  }
}
