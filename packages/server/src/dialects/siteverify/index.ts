/**
 * reCAPTCHA, hCaptcha and Turnstile, as unmodified clients speak them. Their scripts use our own API, one
 * ticket for each challenge; the pass that it earns is redeemed here, in the words of its vendor.
 */
import type { FastifyInstance } from 'fastify'
import { register } from '../answering.ts'
import type { Dialect, DialectContext } from '../dialect.ts'
import { askedByNative } from '../work.ts'
import { ASSESSMENTS, createAssessments } from './assessments.ts'
import { documentOf } from './openapi.ts'
import { registerScripts } from './scripts.ts'
import { createSiteConfig, SITE_CONFIG } from './site-config.ts'
import { VENDORS, type Vendor } from './vendors.ts'
import { createVerification } from './verification.ts'

const dialectOf = (
  vendor: Vendor,
  more?: (app: FastifyInstance, context: DialectContext) => void,
): Dialect => ({
  name: vendor.name,
  folder: 'siteverify',
  ...askedByNative(vendor.name),
  scripts: vendor,
  document: documentOf(vendor),
  register(app, context) {
    registerScripts(app, vendor, context)
    register(app, vendor.verifyPath, createVerification(vendor, context))
    more?.(app, context)
  },
})

export const recaptcha = dialectOf(VENDORS.recaptcha, (app, context) =>
  register(app, ASSESSMENTS, createAssessments(context)),
)
export const hcaptcha = dialectOf(VENDORS.hcaptcha, (app, context) =>
  register(app, SITE_CONFIG, createSiteConfig(context)),
)
export const turnstile = dialectOf(VENDORS.turnstile)
