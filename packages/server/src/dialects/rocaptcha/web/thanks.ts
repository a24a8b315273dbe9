import { h } from '../../../../../widget/src/parts/dom.ts'
import type { Animal } from '../wire.ts'
import { createBadge } from './badge.ts'
import { createHost } from './shadow-root.ts'
import { fill, type Speech } from './words.ts'

/** Tells who was on the picture, where they are and where there is more about them. */
export function createThanks(
  { name, status, shelter, city, link }: Omit<Animal, 'species'>,
  speech: Speech,
): HTMLElement {
  const { words } = speech
  const isPage = /^https?:/.test(link)
  const place = [shelter, city].filter(Boolean).join(', ')
  return createHost(
    speech,
    {},
    h('p', { class: 'title' }, fill(words.met, name)),
    createBadge(status, words),
    place && h('p', {}, place),
    isPage && h('p', {}, h('a', { href: link, rel: 'noopener' }, fill(words.more, name))),
  )
}
