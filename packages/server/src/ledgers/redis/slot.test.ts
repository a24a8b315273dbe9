import { expect, it } from 'vitest'
import { slotOf } from './slot.ts'

it.each([
  ['', 0],
  ['123456789', 12_739],
  ['foo', 12_182],
  ['bar', 5061],
  ['hello', 866],
  ['somekey', 11_058],
  ['foo{hash_tag}', 2515],
])('%j is in slot %i, as Redis itself counts', (key, slot) => {
  expect(slotOf(key)).toBe(slot)
})

it.each([
  ['{bar}', 'bar'],
  ['foo{bar}', 'bar'],
  ['foo{bar}{zap}', 'bar'],
  ['foo{{bar}}zap', '{bar'],
  ['{b}', 'b'],
])('of %j only %j counts', (key, part) => {
  expect(slotOf(key)).toBe(slotOf(part))
})

it.each(['foo{}{bar}', 'foo{bar', 'foo}bar{', '{}'])('of %j all counts', key => {
  // Neither what stands between other braces, nor nothing.
  expect(slotOf(key)).not.toBe(slotOf('bar'))
  expect(slotOf(key)).not.toBe(slotOf(''))
})
