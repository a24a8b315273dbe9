import { randomBytes } from 'node:crypto'
import { createCaptcha, memoryLedger, styleNamed } from '@upright/core'
import { addSite, authorise, BASE, type Load, middleLoad, pace } from './client.ts'
import { startUpright, withFolder } from './processes.ts'
import type { Row } from './table.ts'

const SECONDS_PER_ROUND = 8
const ROUNDS = 3
const RATES_PER_SECOND = { pictures: 200, sounds: 10 }

/** How long pictures take while sounds are asked for too, beside how long they take alone. */
export function benchMixed(): Promise<Row[]> {
  return withFolder(async folder => {
    const secret = randomBytes(32).toString('hex')
    const env = { UPRIGHT_DATA: folder, UPRIGHT_SECRET: secret }
    const site = addSite(env)
    const server = await startUpright(env)
    try {
      const headers = { authorization: await authorise(server.url, site) }
      const captcha = createCaptcha({ secret, ledger: memoryLedger(), now: Date.now, random: randomBytes })
      const style = styleNamed('captchaFR')!
      const endpoint = `${server.url}${BASE}/simple-captcha-endpoint?c=captchaFR`
      const sound = () => `${endpoint}&get=sound&t=${captcha.issue(site.id, style)}`
      const pictures = () =>
        pace(ask => ask(`${endpoint}&get=image`, headers), RATES_PER_SECOND.pictures, SECONDS_PER_ROUND)
      const sounds = () => pace(ask => ask(sound(), headers), RATES_PER_SECOND.sounds, SECONDS_PER_ROUND)
      await Promise.all([pictures(), sounds()])

      const alone: Load[] = []
      const beside: Load[] = []
      const heard: Load[] = []
      for (let round = 0; round < ROUNDS; round++) {
        alone.push(await pictures())
        const [seen, listened] = await Promise.all([pictures(), sounds()])
        beside.push(seen)
        heard.push(listened)
      }
      const row = (what: string, loads: Load[]): Row => ({ what, figure: middleLoad(loads) })
      return [
        row(`${RATES_PER_SECOND.pictures} pictures a second alone`, alone),
        row(`the same beside ${RATES_PER_SECOND.sounds} sounds a second`, beside),
        row('those sounds', heard),
      ]
    } finally {
      await server.stop()
    }
  })
}
