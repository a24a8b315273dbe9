import { CaptchaError } from '@upright/core'
import type { Registry, Site } from '../registry/registry.ts'

/** The registry as requests see it: when it cannot answer, they fail with `unavailable`. */
export interface Sites {
  byId(id: number): Promise<Site | undefined>
  byPublicKey(publicKey: string): Promise<Site | undefined>
  bySecret(secret: string): Promise<Site | undefined>
  /** Every site, as of a second ago at the most. */
  all(): Promise<readonly Site[]>
  /** The site that the demo page is one of. @throws CaptchaError `not_found` when it was removed or closed */
  demo(): Promise<Site>
}

/** Milliseconds for which the list of all sites is used again: the registry itself remembers single sites only. */
const FRESH = 1000

/** The sites of a registry; `now` gives milliseconds since 1970. */
export function createSites(registry: Registry, now: () => number): Sites {
  const unavailable = (cause: unknown) => {
    throw new CaptchaError('unavailable', undefined, { cause })
  }
  let list: readonly Site[] = []
  let listed = Number.NEGATIVE_INFINITY

  return {
    byId: id => registry.site(id).catch(unavailable),
    byPublicKey: publicKey => registry.siteByPublicKey(publicKey).catch(unavailable),
    bySecret: secret => registry.siteBySecret(secret).catch(unavailable),
    async all() {
      const time = now()
      if (Math.abs(time - listed) >= FRESH) {
        list = await registry.sites().catch(unavailable)
        listed = time
      }
      return list
    },
    async demo() {
      const demo = (await this.all()).find(({ name, settings }) => name === 'Demo' && settings.open)
      if (!demo) throw new CaptchaError('not_found', 'the demo site was removed')
      return demo
    },
  }
}
