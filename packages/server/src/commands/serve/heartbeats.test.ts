import { expect, it } from 'vitest'
import { createHeartbeats } from './heartbeats.ts'

const times = { interval: 1000, timeout: 3000 }

it('name a worker once when it was silent for longer than the timeout', () => {
  const heartbeats = createHeartbeats<string>(times)
  heartbeats.heard('silent')
  const ticks = Array.from({ length: 6 }, () => {
    heartbeats.heard('alive')
    return heartbeats.tick()
  })
  // The first tick may come right after a heartbeat.
  expect(ticks).toEqual([[], [], [], ['silent'], [], []])
})

it('expect none of a worker that has not begun or has ended', () => {
  const heartbeats = createHeartbeats<string>(times)
  heartbeats.heard('ended')
  heartbeats.forget('ended')
  expect(Array.from({ length: 9 }, () => heartbeats.tick())).toEqual(Array(9).fill([]))
})

it('count one miss however long this process was suspended between two ticks', () => {
  const heartbeats = createHeartbeats<string>(times)
  heartbeats.heard('a')
  // An hour later, and before what the worker has sent since is read.
  expect(heartbeats.tick()).toEqual([])
  heartbeats.heard('a')
  expect(heartbeats.tick()).toEqual([])
})
