import { h } from '../../../../widget/src/parts/dom.ts'

const INLINE =
  /`([^`]+)`|\*\*([^*]+)\*\*|\[([^[\]]+)\]\(((?:https?:\/\/|mailto:|\/|#)[^()[\s]*)\)|(https?:\/\/[^\s)>,]*[\w/])/g

/** One line of Markdown's commonest marks (code, bold, links) as nodes. */
export function inline(text: string): (Node | string)[] {
  const nodes: (Node | string)[] = []
  let done = 0
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, bold, label, target, bare] = match
    nodes.push(text.slice(done, match.index))
    if (code !== undefined) nodes.push(h('code', {}, code))
    else if (bold !== undefined) nodes.push(h('strong', {}, ...inline(bold)))
    else nodes.push(h('a', { href: target ?? bare }, ...(label === undefined ? [bare!] : inline(label))))
    done = match.index + whole.length
  }
  nodes.push(text.slice(done))
  return nodes
}

const ROW = /^\s*\|(.*)\|\s*$/
const BULLET = /^\s*(?:[-*]|\d+\.)\s+/

function table(lines: string[]): HTMLElement {
  const cells = (line: string) => (ROW.exec(line)?.[1] ?? '').split('|').map(cell => inline(cell.trim()))
  const [head, , ...rest] = lines
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Table' },
    h(
      'table',
      {},
      h('thead', {}, h('tr', {}, ...cells(head!).map(cell => h('th', { scope: 'col' }, ...cell)))),
      h('tbody', {}, ...rest.map(line => h('tr', {}, ...cells(line).map(cell => h('td', {}, ...cell))))),
    ),
  )
}

/**
 * A description as blocks: paragraphs, lists, fenced code, headings (as bold lines), tables. In English. Most
 * are one paragraph, which needs no box around it: a reference has a thousand of them.
 */
export function prose(text: string | undefined): HTMLElement | undefined {
  if (!text?.trim()) return undefined
  const box = h('div', { class: 'prose', lang: 'en' })
  // Fenced blocks keep their blank lines: they are split off first.
  for (const [index, part] of text
    .trim()
    .split(/^```.*$/m)
    .entries()) {
    if (index % 2 === 1) {
      box.append(h('div', { class: 'code' }, h('pre', {}, h('code', {}, part.trim()))))
      continue
    }
    for (const block of part.split(/\n\s*\n/).filter(block => block.trim())) {
      const lines = block.trim().split('\n')
      if (lines.every(line => ROW.test(line)) && lines.length > 2) box.append(table(lines))
      else if (lines.every(line => BULLET.test(line) || /^\s{2,}/.test(line))) {
        const items = block.trim().split(/\n(?=[ \t]*(?:[-*]|\d+\.)\s)/)
        box.append(h('ul', {}, ...items.map(item => h('li', {}, ...inline(item.replace(BULLET, ''))))))
      } else if (/^#+\s/.test(block.trim())) {
        box.append(h('p', {}, h('strong', {}, ...inline(block.trim().replace(/^#+\s*/, '')))))
      } else box.append(h('p', {}, ...inline(lines.join(' '))))
    }
  }
  const [block, ...others] = box.children
  if (!(block instanceof HTMLParagraphElement) || others.length > 0) return box
  block.className = box.className
  block.lang = box.lang
  return block
}
