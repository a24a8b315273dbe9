import { altcha } from './altcha/index.ts'
import { cap } from './cap/index.ts'
import { captchetat } from './captchetat/index.ts'
import type { Dialect } from './dialect.ts'
import { mcaptcha } from './mcaptcha/index.ts'
import { native } from './native/index.ts'
import { rocaptcha } from './rocaptcha/index.ts'
import { hcaptcha, recaptcha, turnstile } from './siteverify/index.ts'

/** Every dialect of the service. To add one: its folder, and its name here. */
export const dialects: readonly Dialect[] = [
  captchetat,
  rocaptcha,
  cap,
  altcha,
  native,
  recaptcha,
  hcaptcha,
  turnstile,
  mcaptcha,
]
