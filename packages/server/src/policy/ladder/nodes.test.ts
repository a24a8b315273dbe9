import { afterEach, expect, it } from 'vitest'
import { type TestApp, testApp } from '../../testing/app.ts'
import { solve } from '../../testing/native-answer.ts'
import { startRedis, type TestRedis } from '../../testing/redis.ts'
import { until } from '../../testing/until.ts'

const BOARD_KEY = 'upright:ladder'
const CONFIG = { secret: 's'.repeat(32), trustedProxies: 1 }
/** Work that a test solves at once. */
const EASY = { work: { native: { style: 'sha256', level: 16 } } }
/** Seconds after which a ticket of a lower rung does not count as it stands any more. */
const LOWER_RUNG_SECONDS = 121

/** A node, its clock standing still, with visitors from a network each. */
interface Node {
  test: TestApp
  /** A ticket and what solves it, for a visitor of a network of its own. */
  challenge(): Promise<Sent>
  answer(sent: Sent): Promise<{ pass?: string; reason?: string; work?: { function: string } }>
  /** A visitor earns a pass, and the back end redeems it. */
  visit(): Promise<void>
  /** Weighted passes of the last minute, as the node knows them. */
  passes(): number
}
type Sent = { address: string; payload: object }

let redis: TestRedis
let nodes: [Node, Node]
afterEach(async () => {
  for (const { test } of nodes) await test.close()
  await redis.stop()
})

let visitors = 0
async function startNode(): Promise<Node> {
  const test = await testApp(
    { rate: 0, outage: 'accept', ...EASY },
    { ...CONFIG, redisUrl: `redis://${redis.address}` },
  )
  const { service, site } = test
  const post = async (call: string, address: string, payload: object) => {
    const reply = await test.app.inject({
      method: 'POST',
      url: `/upright/v1/${call}`,
      headers: { 'x-forwarded-for': address },
      payload: JSON.stringify(payload),
    })
    expect(reply.statusCode).toBe(200)
    return reply.json()
  }
  const challenge: Node['challenge'] = async () => {
    const address = `10.${++visitors >> 8}.${visitors & 255}.1`
    const { ticket } = await post('challenge', address, { sitekey: site.publicKey })
    const id = service.tickets.open(ticket, site.id)!.ids.get('work')!
    const work = (await solve(test, id)).split(',').map(Number)
    return { address, payload: { ticket, kind: 'work', work } }
  }
  const answer: Node['answer'] = ({ address, payload }) => post('answer', address, payload)
  return {
    test,
    challenge,
    answer,
    async visit() {
      const { pass } = await answer(await challenge())
      expect(await post('siteverify', '', { secret: test.secret, response: pass })).toMatchObject({
        success: true,
      })
    },
    passes: () => service.ladder.stored().get(site.id)?.minute ?? 0,
  }
}

/** Two nodes that know of each other. */
async function startNodes(): Promise<[Node, Node]> {
  // So that nothing is lost when it is killed.
  redis = await startRedis({ args: ['--appendfsync', 'always'] })
  nodes = [await startNode(), await startNode()]
  await met()
  return nodes
}

/** Waits until each node has read what the other wrote, from now on. */
async function met(): Promise<void> {
  await redis.ask('DEL', BOARD_KEY)
  let both = Number.POSITIVE_INFINITY
  await until(async () => {
    for (const { test } of nodes) test.look()
    const board: Record<string, [round: number, text: string]> = JSON.parse(
      (await redis.ask('GET', BOARD_KEY)) || '{}',
    )
    const rounds = Object.values(board).map(([round]) => round)
    if (rounds.length === 2) both = Math.min(both, Math.max(...rounds))
    return Math.min(...rounds) > both
  })
}

/** Waits until each node knows of so many passes. */
const agreed = (passes: number) =>
  until(async () => {
    for (const { test } of nodes) test.look()
    return nodes.every(node => Math.abs(node.passes() - passes) < 1e-9)
  })

it('nodes that share Redis know what each of them has counted', async () => {
  const [one, other] = await startNodes()
  for (let i = 0; i < 12; i++) await one.visit()
  for (let i = 0; i < 10; i++) await other.visit()
  expect(nodes.map(node => node.passes())).toEqual([12, 10])
  await agreed(22)
  for (const { test } of nodes) {
    expect(test.service.ladder.decide(test.site, undefined)).toMatchObject({
      rung: 1,
      reasons: ['site-volume'],
    })
  }
})

it('nodes go on deciding while Redis is away, refuse nobody, and agree when it is back', async () => {
  const [one, other] = await startNodes()
  await one.visit()
  await agreed(1)
  await redis.kill()
  for (let i = 0; i < 4; i++) {
    await one.visit()
    await other.visit()
  }
  // Each takes the other to have counted what it has itself.
  await agreed(9)
  await redis.restart()
  await met()
  await one.visit()
  await agreed(10)
})

it('a ticket of a lower rung counts for two minutes at a node that is on a higher one', async () => {
  const [calm, busy] = await startNodes()
  for (let i = 0; i < 20; i++) await busy.visit()
  const [early, late, elsewhere] = [await calm.challenge(), await calm.challenge(), await calm.challenge()]
  expect(await busy.answer(early)).toMatchObject({ success: true })
  for (const { test } of nodes) test.pass(LOWER_RUNG_SECONDS)
  expect(await busy.answer(late)).toMatchObject({ reason: 'raised', work: { function: 'scrypt' } })
  expect(await calm.answer(late)).toMatchObject({ reason: 'expired' })
  expect(await calm.answer(elsewhere)).toMatchObject({ success: true })
})
