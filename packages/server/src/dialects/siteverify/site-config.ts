import { fieldsOf } from '../../http/fields.ts'
import type { Site } from '../../registry/registry.ts'
import type { Call } from '../answering.ts'
import type { DialectContext } from '../dialect.ts'
import type { SiteConfigAnswer } from './wire.ts'

/** Where administration pages of hCaptcha's plug-ins ask whether their settings are in order. */
export const SITE_CONFIG = '/checksiteconfig'

const refused = (error: string): SiteConfigAnswer => ({ pass: false, error })

/** Whether pages of a host may use a site. */
const admitsHost = ({ settings: { origins } }: Site, host: string): boolean =>
  origins.length === 0 ||
  origins.some(
    origin => origin === '*' || (URL.canParse(origin) && new URL(origin).hostname === host.toLowerCase()),
  )

/** Says whether a public key is known, and whether pages of a host may use it. */
export function createSiteConfig({ sites, admission, scripts }: DialectContext): Call {
  const testKeys = scripts.get('hcaptcha')?.testKeys ?? []
  return {
    async answer(request, reply): Promise<SiteConfigAnswer> {
      const { sitekey, host } = fieldsOf(request, ['sitekey', 'host'])
      if (testKeys.some(key => key.sitekey === sitekey)) return { pass: true, features: {} }
      const site = await sites.byPublicKey(sitekey)
      if (!site) return refused('invalid-sitekey')
      await admission.enter({ site, action: 'other', address: request.ip }, reply)
      return admitsHost(site, host) ? { pass: true, features: {} } : refused('invalid-host')
    },

    failed: ({ code, status }) =>
      refused(code === 'rate_limited' ? 'rate-limited' : status >= 500 ? 'internal-error' : 'bad-request'),
  }
}
