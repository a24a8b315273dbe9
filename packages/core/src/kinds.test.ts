import { kinds } from './kinds.ts'
import { styleNamed } from './styles.ts'
import { kindContract } from './testing/kind.ts'

kindContract('text, captchaFR', kinds.text, styleNamed('captchaFR')!.settings)
kindContract('text, light', kinds.text, styleNamed('alphanumerique4to6LightCaptchaEN')!.settings)
