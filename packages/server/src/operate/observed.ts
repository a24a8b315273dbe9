import type { Captcha, Verdict } from '@upright/core'
import type { Service } from '../service.ts'
import type { Metrics } from './metrics.ts'

/** The service as a dialect sees it: what is issued, shown and judged through it is counted as the dialect's. */
export function observed(service: Service, dialect: string): Service {
  const { metrics, captcha, sounds, pictures } = service
  if (!metrics) return service
  const show = <T>(site: number, form: string, result: T): T => {
    metrics.shown(site, dialect, form)
    return result
  }
  return {
    ...service,
    captcha: observedCaptcha(captcha, dialect, metrics),
    sounds: {
      ...sounds,
      show: async (id, site, ...rest) => show(site, 'sound', await sounds.show(id, site, ...rest)),
    },
    pictures: {
      ...pictures,
      show: async (id, site, rules) => show(site, 'picture', await pictures.show(id, site, rules)),
    },
  }
}

function observedCaptcha(captcha: Captcha, dialect: string, metrics: Metrics): Captcha {
  /** Counts a judgement, but for verdicts that decide nothing yet. */
  const judged = async (site: number, judgement: Promise<Verdict>, decides = (_verdict: Verdict) => true) => {
    const verdict = await judgement
    if (decides(verdict)) metrics.checked(site, dialect, verdict)
    return verdict
  }
  return {
    ...captcha,
    only: kinds => observedCaptcha(captcha.only(kinds), dialect, metrics),
    issue(site, style) {
      const id = captcha.issue(site, style)
      metrics.issued(site, dialect, style.kind)
      return id
    },
    show(id, site, form, ...rest) {
      const rendition = captcha.show(id, site, form, ...rest)
      metrics.shown(site, dialect, form)
      return rendition
    },
    check: (id, site, ...rest) => judged(site, captcha.check(id, site, ...rest)),
    // A right answer is judged again when the form is sent, and is counted then.
    preview: (id, site, ...rest) =>
      judged(site, captcha.preview(id, site, ...rest), verdict => verdict !== 'passed'),
  }
}
