import { h } from '../../../../../widget/src/parts/dom.ts'

/** What a page posts to its own back end, which passes it on: hidden inputs inside the form. */
export interface Fields {
  /** The hash of the challenge. */
  challenge: HTMLInputElement
  /** Degrees or number, as text; empty until the visitor has answered. */
  response: HTMLInputElement
  /** Those that were not in the form before. */
  made: HTMLInputElement[]
  /** Leaves the form's own inputs to another widget. */
  release(): void
}

/** A cookie that a sandbox keeps from the page is none. */
function sessionCookie(): string | undefined {
  try {
    return document.cookie.match(/(?:^|; )sessionid=([^;]+)/)?.[1]
  } catch {
    return undefined
  }
}

/** The session that the site's own cookie names: challenges made in it count in no other. */
export const session = sessionCookie()

// Where there is none the page has a number of its own, which no challenge is tied to.
const page = crypto.getRandomValues(new Uint32Array(4)).join('')

const taken = new WeakSet<Element>()

/**
 * The hidden inputs of the widget in `root`: those that its form has already, as `/api/form/` brings them, or
 * new ones.
 */
export function createFields(root: Element): Fields {
  const scope = root.closest('form') ?? root.parentElement ?? root
  const made: HTMLInputElement[] = []
  const all = ['challenge_field', 'response_field', 'session_id'].map(end => {
    const name = `rocaptcha_${end}`
    const there = [...scope.querySelectorAll<HTMLInputElement>(`input[name=${name}]`)]
    const own = there.find(input => !taken.has(input) && !root.contains(input))
    if (own) return own
    // Ids are meant to be unique: the first widget has them. A browser that goes back would put old values
    // in.
    const id = !document.getElementById(name) && name
    const input = h('input', { type: 'hidden', name, id, autocomplete: 'off' })
    made.push(input)
    return input
  }) as [HTMLInputElement, HTMLInputElement, HTMLInputElement]
  for (const input of all) taken.add(input)
  const [challenge, response, sessionId] = all
  sessionId.value = session ?? page
  return {
    challenge,
    response,
    made,
    release() {
      for (const input of all) taken.delete(input)
    },
  }
}
