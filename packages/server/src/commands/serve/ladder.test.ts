import { Agent } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import { killChild } from '../../testing/child.ts'
import { runCommand } from '../../testing/command.ts'
import { solve } from '../../testing/native-answer.ts'
import { type Serving, startServing } from '../../testing/serving.ts'
import { until } from '../../testing/until.ts'

/** Passes of a minute that lift a site of which next to nothing is expected; half of them do not. */
const PASSES = 28

let service: Serving
afterEach(() => killChild(service.child))

/** A connection to each of two workers. */
async function connections(): Promise<[Agent, Agent]> {
  const connect = () => new Agent({ keepAlive: true, maxSockets: 1 })
  const first = connect()
  const pid = await service.pidOf(first)
  let second = connect()
  await until(async () => {
    if ((await service.pidOf(second)) !== pid) return true
    second.destroy()
    second = connect()
    return false
  })
  return [first, second]
}

let visitors = 0
const post = async (agent: Agent, call: string, body: object) => {
  const headers = { 'x-forwarded-for': `10.0.${visitors}.1` }
  return JSON.parse((await service.post(`/upright/v1/${call}`, body, { agent, headers })).body)
}

it('passes that each of two workers has counted lift a site at both', async () => {
  service = await startServing({ UPRIGHT_WORKERS: '2', UPRIGHT_TRUST_PROXY: '1', LOG_LEVEL: 'debug' })
  const settings = ['--rate', '0', '--expect', '1', '--work', 'native=sha256/256']
  const args = ['site', 'add', '--name', 'busy', ...settings, '--json', '--data', service.data]
  const { publicKey: sitekey, secret } = JSON.parse((await runCommand(args)).stdout)
  const agents = await connections()

  /** A visitor from a network of their own, by a worker. */
  const challenge = (agent: Agent) => {
    visitors++
    return post(agent, 'challenge', { sitekey })
  }
  const visit = async (agent: Agent) => {
    const { ticket, work } = await challenge(agent)
    // The site is lifted by now, and work takes longer.
    if (work.function === 'scrypt') return
    const id = service.tickets.open(ticket, 'any')!.ids.get('work')!
    const counters = (await solve({ service }, id)).split(',').map(Number)
    const { pass } = await post(agent, 'answer', { ticket, kind: 'work', work: counters })
    expect(await post(agent, 'siteverify', { secret, response: pass })).toMatchObject({ success: true })
  }
  for (const agent of agents) expect((await challenge(agent)).work.function).toBe('sha256')
  for (let i = 0; i < PASSES; i++) await visit(agents[i % 2]!)
  for (const agent of agents) await until(async () => (await challenge(agent)).work.function === 'scrypt')
})
