import { h } from '../../../../../widget/src/parts/dom.ts'
import type { Animal } from '../wire.ts'
import { createBadge } from './badge.ts'
import { createHost } from './shadow-root.ts'
import { fill, type Speech } from './words.ts'

/** The animal's own page, if that is what the link leads to. */
function pageOf(link: string): string | undefined {
  try {
    const { protocol, href } = new URL(link)
    return /^https?:$/.test(protocol) ? href : undefined
  } catch {
    return undefined
  }
}

/** Tells who was on the picture, where they are and where there is more about them. */
export function createThanks(
  { name, status, shelter, city, link }: Omit<Animal, 'species'>,
  speech: Speech,
): HTMLElement {
  const { words } = speech
  const page = pageOf(link)
  const place = [shelter, city].filter(Boolean).join(', ')
  return createHost(
    speech,
    {},
    h('p', { class: 'title' }, fill(words.met, name)),
    createBadge(status, words),
    place && h('p', {}, place),
    page && h('p', {}, h('a', { href: page, rel: 'noopener' }, fill(words.more, name))),
  )
}
