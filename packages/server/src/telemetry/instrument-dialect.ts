import { type Captcha, CaptchaError, type Verdict } from '@upright/core'
import type { Ladder } from '../policy/ladder/ladder.ts'
import type { Renderer } from '../renderer.ts'
import type { Metrics } from './metrics.ts'
import type { Traces } from './traces.ts'

/** Functions with which a dialect decides, issues, renders and checks. */
interface Engine {
  captcha: Captcha
  show: Renderer
  ladder: Ladder
}

/** Observers of a dialect; either may be off. */
interface Observers {
  metrics: Metrics | undefined
  traces: Traces | undefined
}

/**
 * The same captcha, renderer and ladder, whose calls are counted under a dialect's label and are steps of
 * traces.
 */
export function instrumentDialect(
  { captcha, show, ladder }: Engine,
  label: string,
  { metrics, traces }: Observers,
): Engine {
  if (!metrics && !traces) return { captcha, show, ladder }
  /** Counts a verdict, unless it decides nothing yet. */
  const judged = async (
    site: number,
    judge: () => Promise<Verdict>,
    decides = (_verdict: Verdict) => true,
  ) => {
    traces?.site(site)
    const verdict = await judge()
    if (decides(verdict)) metrics?.checked(site, label, verdict)
    return verdict
  }
  return {
    ladder: {
      ...ladder,
      decide(site, address) {
        const decision = ladder.decide(site, address)
        metrics?.decided(site.id, label, decision)
        return decision
      },
    },
    captcha: {
      ...captcha,
      issue(site, style, level) {
        traces?.site(site)
        const id = captcha.issue(site, style, level)
        metrics?.issued(site, label, style.kind)
        return id
      },
      check: (site, ...rest) => judged(site.id, () => captcha.check(site, ...rest)),
      // A right answer is judged again when the form is sent, and is counted then.
      preview: (site, ...rest) =>
        judged(
          site.id,
          () => captcha.preview(site, ...rest),
          verdict => verdict !== 'passed',
        ),
    },
    async show(site, id, form, options) {
      traces?.site(site.id)
      const refused = (error: unknown) => {
        if (error instanceof CaptchaError && error.code === 'overloaded')
          metrics?.limited(site.id, label, 'load')
        throw error
      }
      const render = () => show(site, id, form, options).catch(refused)
      const step = form === 'sound' ? 'speak' : 'draw'
      const rendition = await (traces ? traces.within(step, 1, render) : render())
      metrics?.shown(site.id, label, form)
      return rendition
    },
  }
}
