import { type Captcha, CaptchaError, type Verdict } from '@upright/core'
import type { Service } from '../service.ts'

/** The service as a dialect sees it: what is issued, shown and judged through it is counted as the dialect's, and traced. */
export function observed(service: Service, dialect: string): Service {
  const { metrics, traces, captcha, sounds, pictures } = service
  if (!metrics && !traces) return service
  /** Makes something to see or hear as a step of its own. */
  const make = <T>(step: string, site: number, work: () => T): T => {
    traces?.site(site)
    return traces ? traces.within(step, 1, work) : work()
  }
  const shown = <T>(site: number, form: string, result: T): T => {
    metrics?.shown(site, dialect, form)
    return result
  }
  /** Counts a judgement, but for verdicts that decide nothing yet. */
  const judged = async (
    site: number,
    judge: () => Promise<Verdict>,
    decides = (_verdict: Verdict) => true,
  ) => {
    traces?.site(site)
    const verdict = await judge()
    if (decides(verdict)) metrics?.checked(site, dialect, verdict)
    return verdict
  }
  const observedCaptcha = (captcha: Captcha): Captcha => ({
    ...captcha,
    only: kinds => observedCaptcha(captcha.only(kinds)),
    issue(site, style) {
      traces?.site(site)
      const id = captcha.issue(site, style)
      metrics?.issued(site, dialect, style.kind)
      return id
    },
    show: (id, site, form, ...rest) =>
      shown(
        site,
        form,
        make('draw', site, () => captcha.show(id, site, form, ...rest)),
      ),
    check: (id, site, ...rest) => judged(site, () => captcha.check(id, site, ...rest)),
    // A right answer is judged again when the form is sent, and is counted then.
    preview: (id, site, ...rest) =>
      judged(
        site,
        () => captcha.preview(id, site, ...rest),
        verdict => verdict !== 'passed',
      ),
  })
  return {
    ...service,
    captcha: observedCaptcha(captcha),
    sounds: {
      ...sounds,
      show: async request => {
        const { site } = request
        const refused = (error: unknown) => {
          if (error instanceof CaptchaError && error.code === 'overloaded')
            metrics?.limited(site, dialect, 'load')
          throw error
        }
        const sound = await make('speak', site, () => sounds.show(request).catch(refused))
        return shown(site, 'sound', sound)
      },
    },
    pictures: {
      ...pictures,
      show: async (id, site, rules) =>
        shown(site, 'picture', await make('draw', site, () => pictures.show(id, site, rules))),
    },
  }
}
