import { readMap } from './cluster.ts'
import { createConnector, type ServerFacts, within } from './connect.ts'
import { addressOf, nameOf, parseRedisUrl } from './url.ts'

/** Facts about a master for `doctor`. */
export interface Inspected extends ServerFacts {
  /** `host:port` */
  name: string
  /** Replicas that follow it. */
  replicas: number
  /** Milliseconds by which its clock is ahead of this machine's. */
  ahead: number
  /** When it makes its disk keep what it wrote; undefined where it does not tell. */
  sync: string | undefined
}

/**
 * Looks at every master that a `REDIS_URL` leads to.
 * @throws CaptchaError `config_invalid`; other errors where a server is away
 */
export async function inspectRedis(url: string): Promise<Inspected[]> {
  const target = parseRedisUrl(url)
  const connector = createConnector(target)
  const inspect = async (at?: string): Promise<Inspected> => {
    const { redis, address, facts } = await connector.master(at === undefined ? at : addressOf(at, at))
    try {
      const asked = Date.now()
      const [seconds, micros] = await within(redis.time())
      const ahead = Number(seconds) * 1000 + Number(micros) / 1000 - (asked + Date.now()) / 2
      const role = (await within(redis.role())) as [string, number, unknown[]]
      // Not everybody may ask for settings.
      const [, sync] = ((await within(redis.config('GET', 'appendfsync')).catch(() => [])) ?? []) as string[]
      return { ...facts, name: nameOf(address), replicas: role[2].length, ahead, sync }
    } finally {
      redis.disconnect()
    }
  }
  if (target.kind !== 'cluster') return [await inspect()]
  const map = await readMap(connector, target.addresses.map(nameOf))
  return Promise.all([...new Set(map.map(({ nodes }) => nodes[0]!))].map(inspect))
}
