import { randomBytes, randomInt } from 'node:crypto'
import {
  createCaptcha,
  createTickets,
  levelOf,
  memoryLedger,
  styleNamed,
  workStyleNamed,
} from '@upright/core'
import { addSite, authorise, BASE, type BenchSite, type Load, middleLoad, pace } from './client.ts'
import { startUpright, withFolder } from './processes.ts'
import type { Row } from './table.ts'

const SECONDS_PER_ROUND = 8
const ROUNDS = 3
const RATES_PER_SECOND = { pictures: 100, junk: 1000 }

/** Answers with wrong solutions to tickets of memory-hard work, each of which is the service's own. */
function createJunk(secret: string, site: BenchSite): () => string {
  const options = { secret, ledger: memoryLedger(), now: Date.now, random: randomBytes }
  const [captcha, tickets] = [createCaptcha(options), createTickets(options)]
  const style = workStyleNamed('scrypt8')!
  return () => {
    const work = captcha.issue(site.id, style, levelOf(16))
    const ticket = tickets.issue({
      site: site.id,
      expiry: 1200,
      dialect: 'native',
      hostname: '',
      action: '',
      cdata: '',
      rung: 2,
      reasons: [],
      ids: new Map([['work', work]]),
    })
    return JSON.stringify({ ticket, kind: 'work', work: [randomInt(2 ** 32)] })
  }
}

/**
 * How long pictures take while junk solutions arrive that cost a derivation of scrypt each, from networks
 * without a rate limit, beside how long they take alone.
 */
export function benchJunk(): Promise<Row[]> {
  return withFolder(async folder => {
    const secret = randomBytes(32).toString('hex')
    // All of them come from one address, as from a proxy.
    const env = { UPRIGHT_DATA: folder, UPRIGHT_SECRET: secret, UPRIGHT_MAX_CONNECTIONS_PER_ADDRESS: '0' }
    const site = addSite(env, '--rate', '0')
    const server = await startUpright(env)
    try {
      const headers = { authorization: await authorise(server.url, site) }
      const captcha = createCaptcha({ secret, ledger: memoryLedger(), now: Date.now, random: randomBytes })
      const style = styleNamed('captchaFR')!
      const picture = () =>
        `${server.url}${BASE}/simple-captcha-endpoint?c=captchaFR&get=image&t=${captcha.issue(site.id, style)}`
      let shed = 0
      const pictures = () =>
        pace(
          ask =>
            ask(picture(), headers).catch((error: Error) => {
              if (!error.message.startsWith('503')) throw error
              shed++
            }),
          RATES_PER_SECOND.pictures,
          SECONDS_PER_ROUND,
        )
      const next = createJunk(secret, site)
      const reasons = new Map<string, number>()
      const junk = () =>
        pace(
          async ask => {
            const { reason } = JSON.parse(await ask(`${server.url}/upright/v1/answer`, {}, next()))
            reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
          },
          RATES_PER_SECOND.junk,
          SECONDS_PER_ROUND,
        )
      await pictures()

      const alone: Load[] = []
      const beside: Load[] = []
      const answered: Load[] = []
      for (let round = 0; round < ROUNDS; round++) {
        alone.push(await pictures())
        const [seen, refused] = await Promise.all([pictures(), junk()])
        beside.push(seen)
        answered.push(refused)
      }
      const all = [...reasons.values()].reduce((sum, count) => sum + count, 0)
      const shares = [...reasons].map(([reason, count]) => `${reason} ${Math.round((100 * count) / all)} %`)
      const row = (what: string, loads: Load[], more = ''): Row => ({
        what,
        figure: middleLoad(loads) + more,
      })
      return [
        row(`${RATES_PER_SECOND.pictures} pictures a second alone`, alone),
        row(
          `the same beside ${RATES_PER_SECOND.junk} junk solutions a second`,
          beside,
          `; ${shed} shed in all`,
        ),
        row('those junk solutions', answered, `: ${shares.join(', ')}`),
      ]
    } finally {
      await server.stop()
    }
  })
}
