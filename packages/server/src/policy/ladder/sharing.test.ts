import { describe, expect, it } from 'vitest'
import type { Board } from '../../ledgers/board.ts'
import { DEFAULT_SETTINGS } from '../../registry/settings.ts'
import { createBoardExchange } from './board.ts'
import { createLadder, type LadderSite } from './ladder.ts'
import { createNetworks } from './networks.ts'
import { createSharing, createSwitchboard, type Exchange } from './sharing.ts'

const site: LadderSite = { id: 1, settings: DEFAULT_SETTINGS }
const now = () => 1_800_000_000_000

/** A ladder that shares through a place. */
function node(place: Exchange) {
  const random = (n: number) => Buffer.alloc(n, 7)
  const networks = createNetworks(random, 64)
  const ladder = createLadder({ now, monotonic: now, random, networks })
  ladder.decide(site, '192.0.2.1')
  const { tick } = createSharing(ladder, place)
  const count = (passes: number) => {
    for (let i = 0; i < passes; i++) ladder.checked(site)
  }
  return { ladder, tick, count, minute: () => ladder.stored().get(1)!.minute }
}

/** Texts that can be away. */
function createBoard() {
  const texts = new Map<string, string>()
  const state = { away: false }
  const board: Board = {
    async write(name, text) {
      if (state.away) throw new Error('away')
      texts.set(name, text)
      return new Map(texts)
    },
  }
  return { board, texts, state }
}
const nodesOf = (board: Board, count: number) =>
  Array.from({ length: count }, (_, i) => node(createBoardExchange(board, `${i}`)))
const tickAll = async (nodes: ReturnType<typeof nodesOf>) => {
  for (let round = 0; round < 2; round++) for (const { tick } of nodes) await tick()
}

describe('nodes with a board', () => {
  it('know what all have counted, each once', async () => {
    const nodes = nodesOf(createBoard().board, 3)
    await tickAll(nodes)
    for (const [i, { count }] of nodes.entries()) count(10 * (i + 1))
    await tickAll(nodes)
    await tickAll(nodes)
    expect(nodes.map(({ minute }) => minute())).toEqual([60, 60, 60])
  })

  it('do not take what was counted before they came for new', async () => {
    const { board } = createBoard()
    const [first] = nodesOf(board, 1)
    first!.count(50)
    await first!.tick()
    const late = node(createBoardExchange(board, 'late'))
    await late.tick()
    expect(late.minute()).toBe(0)
    first!.count(5)
    await first!.tick()
    await late.tick()
    expect(late.minute()).toBe(5)
  })

  it('take the others to count what they count while the board is away, and nothing twice after it', async () => {
    const { board, texts, state } = createBoard()
    const nodes = nodesOf(board, 3)
    const minutes = () => nodes.map(({ minute }) => minute())
    await tickAll(nodes)
    state.away = true
    for (const { count } of nodes) count(10)
    await tickAll(nodes)
    expect(minutes()).toEqual([30, 30, 30])
    state.away = false
    texts.clear()
    // One comes back later than the others.
    await tickAll(nodes.slice(1))
    await tickAll(nodes)
    expect(minutes()).toEqual([30, 30, 30])
    nodes[0]!.count(5)
    await tickAll(nodes)
    expect(minutes()).toEqual([35, 35, 35])
  })

  it('do not take what a node had counted for new when it is back after a pause', async () => {
    const { board, texts } = createBoard()
    const nodes = nodesOf(board, 2)
    await tickAll(nodes)
    nodes[1]!.count(50)
    await tickAll(nodes)
    expect(nodes[0]!.minute()).toBe(50)
    texts.delete('1')
    await nodes[0]!.tick()
    await tickAll(nodes)
    expect(nodes[0]!.minute()).toBe(50)
    nodes[1]!.count(5)
    await tickAll(nodes)
    expect(nodes[0]!.minute()).toBe(55)
  })

  it('count a site that was quiet for long from nothing again', async () => {
    const { board } = createBoard()
    const nodes = nodesOf(board, 2)
    await tickAll(nodes)
    nodes[0]!.count(50)
    for (let i = 0; i < 61; i++) await tickAll(nodes)
    const late = node(createBoardExchange(board, 'late'))
    await late.tick()
    nodes[0]!.count(1)
    await tickAll([...nodes, late])
    expect([...nodes, late].map(({ minute }) => minute())).toEqual([51, 51, 1])
  })

  it('pass over a text that is no list of sums', async () => {
    const { board, texts } = createBoard()
    const [one] = nodesOf(board, 1)
    await one!.tick()
    for (const text of ['{}', '[1]', '[[1,2]]', '[["a",1,1,1,1]]', '[[1,null,1,1,1]]']) {
      texts.set('other', text)
      await one!.tick()
    }
    expect(one!.minute()).toBe(0)
  })
})

describe('workers of one machine', () => {
  it('know what all have counted, also when one has ended', async () => {
    const switchboard = createSwitchboard<string>()
    const worker = (name: string) => node({ exchange: async own => switchboard.exchange(name, own) })
    const [a, b, c] = [worker('a'), worker('b'), worker('c')]
    await tickAll([a, b, c])
    a.count(10)
    b.count(20)
    await tickAll([a, b, c])
    expect([a, b, c].map(({ minute }) => minute())).toEqual([30, 30, 30])
    switchboard.forget('c')
    a.count(1)
    await tickAll([a, b])
    expect([a, b].map(({ minute }) => minute())).toEqual([31, 31])
    expect(switchboard.exchange('a', []).processes).toBe(2)
  })
})
