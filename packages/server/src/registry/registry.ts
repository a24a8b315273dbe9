import type { Rules } from '@upright/core'

/** What the operator of a site decides. */
export interface SiteSettings extends Rules {
  /** Origins (`https://example.org`) whose pages may call from a browser. `*` allows every origin. */
  origins: string[]
  /** Whether browsers of the allowed origins may call without a token, under `/s/<public key>/…`. */
  open: boolean
  /** Requests a minute in one process; 0 for no limit. */
  quota: number
}

/** The settings of a new site. Expiry and attempts are those of CaptchEtat. */
export const DEFAULT_SETTINGS: SiteSettings = {
  expiry: 20 * 60,
  attempts: 1,
  revalidation: 'grace',
  origins: [],
  open: false,
  quota: 0,
}

/** A tenant. Its secret is known only as a hash. */
export interface Site {
  /** 1 … 2²⁴ − 1; sealed into ids, never used again for another site. */
  id: number
  name: string
  /** 30 lower-case hexadecimal characters. */
  publicKey: string
  /** SHA-256 of the secret, 64 hexadecimal characters. */
  secretHash: string
  settings: SiteSettings
  /** Milliseconds since 1970. */
  created: number
}

/** A site together with its secret: only at the moment the secret is made. */
export interface SiteWithSecret {
  site: Site
  secret: string
}

/** Who may use the service, and how. Every implementation passes the contract suite in `testing/`. */
export interface Registry {
  /** The site of a number, or undefined. */
  site(id: number): Promise<Site | undefined>
  siteByPublicKey(publicKey: string): Promise<Site | undefined>
  /** The site a secret belongs to: the secret is hashed before anything is compared. */
  siteBySecret(secret: string): Promise<Site | undefined>
  /** Every site, in the order of their numbers. */
  sites(): Promise<Site[]>
  addSite(name: string, settings?: Partial<SiteSettings>): Promise<SiteWithSecret>
  /** The site to try things with, once in the life of a registry; undefined ever after, also when it was removed. */
  addDemo(): Promise<SiteWithSecret | undefined>
  /** Changes what is given and leaves the rest. @throws CaptchaError `site_unknown` */
  setSite(id: number, change: { name?: string; settings?: Partial<SiteSettings> }): Promise<Site>
  /** Gives a site a new secret; the old one, and every access token made with it, stops working. @throws CaptchaError `site_unknown` */
  rotateSecret(id: number): Promise<SiteWithSecret>
  /** @throws CaptchaError `site_unknown` */
  removeSite(id: number): Promise<void>
  /** Resolves when the registry can answer; rejects with the reason when it cannot. */
  ping(): Promise<void>
  close(): Promise<void>
}
