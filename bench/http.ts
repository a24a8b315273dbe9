import { randomBytes } from 'node:crypto'
import { addSite, authorise, BASE, type BenchSite, type Load, load } from './client.ts'
import { type Running, residentMB, startBare, startUpright, withFolder } from './processes.ts'
import { median } from './rate.ts'
import { benchSiteverify } from './siteverify.ts'
import { type Row, whole } from './table.ts'
import { createValidations } from './validations.ts'

const MEASURED_ROUNDS = 3
const SECONDS_PER_ROUND = 4

const middle = (loads: Load[], figure: keyof Load) => median(loads.map(load => load[figure]))

/**
 * HTTP requests a second for issue, validate and siteverify, beside a bare route in the same run; start-up
 * and idle memory.
 */
export function benchHttp(): Promise<Row[]> {
  return withFolder(async folder => {
    const secret = randomBytes(32).toString('hex')
    const env = { UPRIGHT_DATA: folder, UPRIGHT_SECRET: secret }
    const site = addSite(env)

    const starts: number[] = []
    let resident: number | undefined
    for (let i = 0; i < MEASURED_ROUNDS; i++) {
      const server = await startUpright(env)
      starts.push(server.startMs)
      resident = residentMB(server.child.pid)
      await server.stop()
    }

    const ours = await startUpright(env)
    const bare = await startBare()
    try {
      const rows = await compare(ours, bare, site, secret)
      rows.push(...(await benchSiteverify(ours, bare, site, secret)))
      const start = median(starts)
      rows.push({
        what: 'start to first answer, already built',
        figure: `${whole(start)} ms`,
        budget: '≤ 1,500 ms',
        ok: start <= 1500,
      })
      if (resident !== undefined) {
        const figure = `${whole(resident)} MB`
        rows.push({ what: 'resident memory, idle', figure, budget: '≤ 150 MB', ok: resident <= 150 })
      }
      return rows
    } finally {
      await Promise.all([ours.stop(), bare.stop()])
    }
  })
}

async function compare(ours: Running, bare: Running, site: BenchSite, secret: string) {
  const authorization = await authorise(ours.url, site)
  const headers = { authorization, 'content-type': 'application/json' }

  const validations = createValidations(secret, site)
  const isTrue = (status: number, body: string) => status === 200 && body === 'true'
  const validate = () => ({
    method: 'POST' as const,
    path: `${BASE}/valider-captcha`,
    headers,
    body: validations.next(),
  })
  const plain = () => ({ method: 'POST' as const, path: '/', headers, body: validations.next() })
  const image = () => ({ path: `${BASE}/simple-captcha-endpoint?get=image&c=captchaFR`, headers })

  const loads = { validate: [] as Load[], bare: [] as Load[], issue: [] as Load[] }
  for (let round = 0; round < MEASURED_ROUNDS; round++) {
    validations.refill()
    loads.bare.push(await load(bare.url, plain, isTrue, SECONDS_PER_ROUND))
    validations.refill()
    loads.validate.push(await load(ours.url, validate, isTrue, SECONDS_PER_ROUND))
    loads.issue.push(await load(ours.url, image, status => status === 200, SECONDS_PER_ROUND))
  }
  const figure = (loads: Load[]) =>
    `${whole(middle(loads, 'requests'))}/s, p50 ${middle(loads, 'p50')} ms, p99 ${middle(loads, 'p99')} ms`
  const share = middle(loads.validate, 'requests') / middle(loads.bare, 'requests')
  const rows: Row[] = [
    { what: 'HTTP bare Fastify route answering true', figure: figure(loads.bare) },
    {
      what: 'HTTP valider-captcha, fresh right codes, durable',
      figure: `${figure(loads.validate)}: ${whole(100 * share)} % of bare`,
      budget: '≥ 60 % of bare',
      ok: share >= 0.6,
    },
    { what: 'HTTP simple-captcha-endpoint, get=image', figure: figure(loads.issue) },
  ]
  return rows
}
