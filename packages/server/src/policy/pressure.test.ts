import { afterEach, describe, expect, it, vi } from 'vitest'
import { createPressure, type Pressure } from './pressure.ts'

let pressure: Pressure
afterEach(() => {
  pressure.stop()
  vi.useRealTimers()
})

describe('the pressure', () => {
  it('rises while a timer is overdue, in the same turn of the event loop', () => {
    let time = 1000
    pressure = createPressure(() => time)
    const at = (milliseconds: number) => {
      time = 1000 + milliseconds
      return pressure.level()
    }
    expect([0, 20, 69].map(at)).toEqual([0, 0, 0])
    expect(at(170)).toBe(0.5)
    expect(at(270)).toBe(1)
    expect(at(670)).toBe(3)
  })

  it('is counted from when the next look is due', () => {
    vi.useFakeTimers()
    let time = 1000
    pressure = createPressure(() => time)
    time += 20
    vi.advanceTimersByTime(20)
    time += 20 + 50
    expect(pressure.level()).toBe(0)
    time += 20
    expect(pressure.level()).toBeCloseTo(0.1)
  })

  it('is remembered for a while when the timer has come, and then forgotten', () => {
    vi.useFakeTimers()
    let time = 1000
    pressure = createPressure(() => time)
    const tick = (milliseconds: number) => {
      time += milliseconds
      vi.advanceTimersByTime(20)
      return pressure.level()
    }
    expect(tick(520)).toBe(2.25)
    expect(tick(20)).toBeCloseTo(1.925)
    for (let i = 0; i < 20; i++) tick(20)
    expect(pressure.level()).toBe(0)
  })
})
