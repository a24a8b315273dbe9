import { h } from '../../../../../widget/src/parts/dom.ts'
import { icon } from '../../../../../widget/src/parts/icons.ts'
import type { Words } from './words.ts'

const STATES = ['ADOPTION', 'FOUND', 'LOST'] as const

/** How an animal stands, by shape and word and colour; undefined when there is nothing to say. */
export function createBadge(status: string | undefined, words: Words): HTMLElement | undefined {
  const state = STATES.find(state => state === status)
  return state && h('p', { class: `badge ${state}` }, icon(state), words[state])
}
