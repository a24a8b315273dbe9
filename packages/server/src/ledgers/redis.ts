import { CaptchaError, CLOCK_SKEW_SECONDS } from '@upright/core'
import type { Repeat } from '../data-folder/repeat.ts'
import { EPOCH, type EpochNote, type NotedLedger, ONLY_EPOCH } from './epoch.ts'
import { createCluster } from './redis/cluster.ts'
import { type Connection, createConnector } from './redis/connect.ts'
import { BEAT_MS, createEpochs, type Epochs } from './redis/epochs.ts'
import { createNode } from './redis/node.ts'
import { type Router, singleRouter } from './redis/router.ts'
import { nameOf, parseRedisUrl } from './redis/url.ts'

/** Options of the ledger in Redis. */
export interface RedisLedgerOptions {
  /** As `REDIS_URL` has it. */
  url: string
  /** Milliseconds since 1970. */
  now: () => number
  /** Logs a warning. @default no log */
  warn?: ((line: string) => void) | undefined
  /**
   * What is remembered of it since before this start. @default nothing, so that only what it loses from now
   * on is noticed
   */
  notes?: readonly EpochNote[] | undefined
  /** Does something again and again until the function it gives is called. @default every two seconds */
  repeat?: Repeat | undefined
}

const everyBeat: Repeat = work => {
  const timer = setInterval(work, BEAT_MS).unref()
  return () => clearInterval(timer)
}

/** A counter and the end of its window are one write: a counter without an end would stay for ever. */
const COUNT = `local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return n`

/**
 * Puts a node's text beside those of the others, drops nodes that have not written for so many rounds, and
 * gives all: JSON of pairs of a number and a text, by the names of the nodes. Each write has the next number,
 * and a round has one of each node: it needs no clock, which a user of its own may not ask for.
 */
const WRITE_ON_BOARD = `local all = cjson.decode(redis.call('GET', KEYS[1]) or '{}')
local last, nodes = 0, 0
for name, entry in pairs(all) do
  last = math.max(last, entry[1])
  nodes = nodes + 1
end
all[ARGV[1]] = {last + 1, ARGV[2]}
for name, entry in pairs(all) do
  if last + 1 - entry[1] > tonumber(ARGV[3]) * math.max(nodes, 1) then all[name] = nil end
end
local text = cjson.encode(all)
redis.call('SET', KEYS[1], text, 'EX', 60)
return text`
const BOARD_KEY = 'upright:ladder'
/** Rounds, and so about seconds, after which a node that has written nothing is taken to be gone. */
const BOARD_ROUNDS = 10

const claimKey = (key: string) => `upright:s:${key}`
const counterKey = (key: string) => `upright:n:${key}`
/**
 * Whole seconds, as Redis takes them: never less than what was asked for, and never none, which it refuses.
 */
const whole = (seconds: number) => Math.max(1, Math.ceil(seconds))

/**
 * The ledger that many nodes share: Redis 7 or later, or Valkey; one server, sentinels or a cluster.
 *
 * A claim is one command, SET with NX and GET, in one round trip: Redis executes one command after the other,
 * so that one claim is the first. Times to live are counted by Redis itself. When there is no answer within
 * about a second, or no connection, every call rejects at once with `unavailable`; connections come back by
 * themselves.
 *
 * Resolves when the servers have been reached, and also when they are away at the moment: what is then asked
 * is `unavailable`.
 * @throws CaptchaError `config_invalid` for what no waiting fixes: the URL, user and password, a Redis older
 * than 7
 */
export async function redisLedger(options: RedisLedgerOptions): Promise<NotedLedger> {
  const { url, now, warn = () => {}, notes = [], repeat = everyBeat } = options
  const target = parseRedisUrl(url)
  const connector = createConnector(target)
  const epochs = createEpochs({ now, warn, notes, onLoss: () => beat() })
  const shared = { now, warn, met: adviser(warn), onEpoch: epochs.read }
  const router =
    target.kind === 'cluster'
      ? createCluster({ ...shared, connector, seeds: target.addresses })
      : singleRouter(
          createNode({
            ...shared,
            open: () => connector.master(),
            moves: target.kind === 'sentinel',
            epochKey: () => ONLY_EPOCH,
          }),
        )
  /** Notes in each master that this node is there; where that cannot be reached, the next beat will. */
  const beat = async (): Promise<void> => {
    const beats = router.keys(EPOCH).map(async key => {
      epochs.confirmed(key, (await router.send(key, epochs.beat(key))) as string)
    })
    await Promise.allSettled(beats)
  }
  try {
    await router.opened
  } catch (error) {
    if (error instanceof CaptchaError) {
      await router.close()
      throw error
    }
  }
  const stop = repeat(beat)
  const close = async () => {
    stop()
    // The last one is what the next start compares with.
    await beat()
    await router.close()
  }
  const ledger = ledgerOver(router, epochs, close)
  // Each reads what is there; a beat alone would tell that it began another epoch, and not why.
  await ledger.ping().catch(() => {})
  await beat()
  return ledger
}

function ledgerOver(router: Router, epochs: Epochs, close: () => Promise<void>): NotedLedger {
  const ask = async <T>(key: string, ...args: [name: string, ...(string | number)[]]): Promise<T> => {
    try {
      return (await router.send(key, args)) as T
    } catch (error) {
      throw unavailable(error)
    }
  }
  return {
    async claim(key, ttl, value) {
      const name = claimKey(key)
      // Kept for longer than was asked for: a node whose clock is behind that of the one that claims must
      // not take the id for a fresh one.
      const lifetime = whole(ttl) + CLOCK_SKEW_SECONDS
      const before = await ask<string | null>(name, 'SET', name, value, 'EX', lifetime, 'NX', 'GET')
      return before ?? undefined
    },
    async claimed(key) {
      const name = claimKey(key)
      return (await ask<string | null>(name, 'GET', name)) ?? undefined
    },
    count(key, window) {
      const name = counterKey(key)
      return ask<number>(name, 'EVAL', COUNT, 1, name, whole(window))
    },
    async counted(key) {
      const name = counterKey(key)
      return Number((await ask<string | null>(name, 'GET', name)) ?? 0)
    },
    // A write, because a server that is full still reads well.
    async ping() {
      await Promise.all(router.keys('upright:ping').map(key => ask(key, 'SET', key, 'ping', 'EX', 60)))
    },
    board: {
      async write(name, text) {
        const args = [WRITE_ON_BOARD, 1, BOARD_KEY, name, text, BOARD_ROUNDS] as const
        const all: Record<string, [number, string]> = JSON.parse(await ask(BOARD_KEY, 'EVAL', ...args))
        return new Map(Object.entries(all).map(([node, [, written]]) => [node, written]))
      },
    },
    loss: epochs.loss,
    notes: epochs.notes,
    close,
  }
}

/** Addresses and Redis's own words are for the log, in the cause: this message may reach a visitor. */
const unavailable = (cause: unknown) =>
  new CaptchaError('unavailable', 'the ledger does not answer', { cause })

/** Says once of each server what of its settings lets it forget what is spent. */
function adviser(warn: (line: string) => void) {
  const told = new Set<string>()
  return ({ address, facts }: Connection) => {
    const name = nameOf(address)
    if (told.has(name)) return
    told.add(name)
    if (facts.eviction !== 'noeviction') {
      warn(
        `Redis at ${name} may forget spent challenges when its memory is full (maxmemory-policy ${facts.eviction}), and they could be ` +
          'answered again: set maxmemory-policy noeviction',
      )
    }
    if (!facts.appendOnly) {
      warn(
        `Redis at ${name} forgets spent challenges when it is restarted, and refuses those that are open then: set appendonly yes`,
      )
    }
  }
}
