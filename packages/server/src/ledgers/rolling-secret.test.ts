import { join } from 'node:path'
import { styleNamed } from '@upright/core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { readConfig } from '../config.ts'
import { openService } from '../open.ts'
import { runCommand } from '../testing/command.ts'
import { freshFolder } from '../testing/folder.ts'
import { startRedis, type TestRedis } from '../testing/redis.ts'

const [OLD, NEW] = ['0123456789abcdef'.repeat(2), 'fedcba9876543210'.repeat(2)]
const RULES = { expiry: 1200, attempts: 1, revalidation: 'strict' } as const
const SITE = { id: 1, settings: RULES }

let redis: TestRedis
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())
beforeEach(() => redis.ask('FLUSHALL'))

const environmentOf = (secrets: Record<string, string>) => ({
  REDIS_URL: `redis://${redis.address}`,
  LOG_LEVEL: 'silent',
  ...secrets,
})
const startNode = (secrets: Record<string, string>, warn: (line: string) => void = () => {}) =>
  openService(readConfig(join(freshFolder(), 'data'), environmentOf(secrets)), { warn })
type Node = Awaited<ReturnType<typeof startNode>>

/**
 * Restarts nodes one after the other for each step; visitors see each challenge on every node at every
 * moment.
 */
async function roll(steps: Record<string, string>[]) {
  const nodes: Node[] = [await startNode(steps[0]!), await startNode(steps[0]!)]
  const warnings: string[] = []
  const open: string[] = []
  let [checked, refused, hidden] = [0, 0, 0]
  const visit = async () => {
    // Half of the challenges that are open are answered now, the others after the next restart.
    for (const id of open.splice(0, Math.ceil(open.length / 2))) {
      const answers = nodes.map(({ captcha }) => captcha.open(id)?.answer)
      checked++
      const at = nodes[Math.floor(checked / 3) % 2]!
      if ((await at.captcha.check(SITE, id, answers.find(each => each !== undefined)!)) !== 'passed')
        refused++
    }
    for (const { captcha } of nodes) {
      for (let i = 0; i < 4; i++) open.push(captcha.issue(1, styleNamed('rotate')!))
    }
    for (const { captcha } of nodes) {
      for (const id of open) if (!captcha.open(id)) hidden++
    }
  }
  await visit()
  for (const step of steps.slice(1)) {
    for (const i of nodes.keys()) {
      await nodes[i]!.close()
      nodes[i] = await startNode(step, line => warnings.push(line))
      await visit()
    }
  }
  await visit()
  for (const node of nodes) await node.close()
  return { checked, refused, hidden, warnings: warnings.filter(line => /master secret/.test(line)) }
}

it('replaces the secret of nodes that restart one after the other without refusing a visitor', async () => {
  const { checked, ...found } = await roll([
    { UPRIGHT_SECRET: OLD },
    { UPRIGHT_SECRET: OLD, UPRIGHT_NEXT_SECRET: NEW },
    { UPRIGHT_SECRET: NEW, UPRIGHT_PREVIOUS_SECRET: OLD },
  ])
  expect(checked).toBeGreaterThan(20)
  expect(found).toEqual({ refused: 0, hidden: 0, warnings: [] })
})

it('hides challenges, and warns, where nodes use the new secret before all of them accept it', async () => {
  const { hidden, warnings } = await roll([
    { UPRIGHT_SECRET: OLD },
    { UPRIGHT_SECRET: NEW, UPRIGHT_PREVIOUS_SECRET: OLD },
  ])
  expect(hidden).toBeGreaterThan(0)
  expect(warnings).toEqual([])
  const said: string[] = []
  await (await startNode({ UPRIGHT_SECRET: OLD }, line => said.push(line))).close()
  expect(said.filter(line => line.startsWith('another node that shares the ledger uses'))).toHaveLength(1)
})

it('has the keys of tokens of both secrets on either node in the middle of it', async () => {
  const nodes = [
    await startNode({ UPRIGHT_SECRET: OLD, UPRIGHT_NEXT_SECRET: NEW }),
    await startNode({ UPRIGHT_SECRET: NEW, UPRIGHT_PREVIOUS_SECRET: OLD }),
  ]
  const [one, other] = nodes.map(({ keys }) => keys('token', 32).map(key => Buffer.from(key).toString('hex')))
  expect(one).toHaveLength(2)
  expect(other).toEqual(one!.toReversed())
  for (const node of nodes) await node.close()
})

it('is seen by doctor where a node uses another secret, and not for a line break at its end', async () => {
  const node = await startNode({ UPRIGHT_SECRET: OLD })
  await node.close()
  const doctor = async (secrets: Record<string, string>) => {
    const args = ['doctor', '--json', '--data', join(freshFolder(), 'data')]
    const { stdout } = await runCommand(args, environmentOf(secrets))
    const { findings } = JSON.parse(stdout) as { findings: { name: string; state: string; found: string }[] }
    return findings.find(({ name }) => name === 'secret of nodes')
  }
  expect(await doctor({ UPRIGHT_SECRET: NEW })).toMatchObject({
    state: 'fail',
    found: expect.stringMatching(/^[0-9a-f]{16} here, but nodes used [0-9a-f]{16} in the last 20 minutes$/),
  })
  expect(await doctor({ UPRIGHT_SECRET: `${OLD}\n` })).toMatchObject({ state: 'ok' })
  expect(await doctor({ UPRIGHT_SECRET: NEW, UPRIGHT_PREVIOUS_SECRET: OLD })).toMatchObject({ state: 'ok' })
})
