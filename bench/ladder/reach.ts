/** What so many networks reach together: how high they lift a site, and how much passes at rung 0. */
import { steady } from './attackers.ts'
import { simulate } from './simulate.ts'
import { dailyTraffic } from './traffic.ts'

const HOUR = 3600

export interface Reach {
  networks: number
  /** The largest rung of the site when they send as fast as they like, without and with 98 % reported bad. */
  site: number
  reported: number
}

/** Networks that send ten answers a second each, at a site of 100 visitors an hour. */
export async function reachOf(networks: number): Promise<Reach> {
  const common = {
    ...{ traffic: dailyTraffic(100), seed: 5, seconds: HOUR / 12 },
    attackers: steady(Math.min(200, 10 * networks), HOUR / 12, networks),
  }
  const plain = await simulate(common)
  const reported = await simulate({ ...common, reports: true })
  return { networks, site: plain.highest, reported: reported.highest }
}
