/** Compiled, it checks that the scripts are what the published types of the vendors say. It runs nowhere. */
/// <reference types="grecaptcha" />
/// <reference types="@hcaptcha/types" />
/// <reference types="cloudflare-turnstile" />
import type { createHcaptcha } from './hcaptcha-api.ts'
import type { createRecaptcha } from './recaptcha-api.ts'
import type { createTurnstile } from './turnstile-api.ts'

type Check<Published, Ours extends Published> = [Published, Ours]

type Recaptcha = ReturnType<typeof createRecaptcha>
export type Checked = [
  Check<typeof grecaptcha, Recaptcha & { enterprise: Recaptcha }>,
  Check<typeof hcaptcha, ReturnType<typeof createHcaptcha>>,
  Check<typeof turnstile, ReturnType<typeof createTurnstile>>,
]
