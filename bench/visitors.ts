import { randomBytes } from 'node:crypto'
import { addSite, type Load, middleLoad, pace } from './client.ts'
import { startUpright, withFolder } from './processes.ts'
import type { Row } from './table.ts'

const SECONDS_PER_ROUND = 8
const ROUNDS = 3
/** Visitors a second: each asks for a hash, then for its disc. */
const VISITORS_PER_SECOND = 50

/** How long visitors wait for a disc: `/api/generate/` and `/api/image/`, one after the other. */
export function benchVisitors(): Promise<Row[]> {
  return withFolder(async folder => {
    const env = { UPRIGHT_DATA: folder, UPRIGHT_SECRET: randomBytes(32).toString('hex') }
    const { publicKey } = addSite(env)
    const server = await startUpright(env)
    try {
      const api = `${server.url}/api`
      const visits = () =>
        pace(
          async ask => {
            const { content } = JSON.parse(await ask(`${api}/generate/?key=${publicKey}&lang=en`))
            await ask(`${api}/image/${content}/`)
          },
          VISITORS_PER_SECOND,
          SECONDS_PER_ROUND,
        )
      await visits()
      const loads: Load[] = []
      for (let round = 0; round < ROUNDS; round++) loads.push(await visits())
      return [{ what: 'hash and disc', figure: middleLoad(loads) }]
    } finally {
      await server.stop()
    }
  })
}
