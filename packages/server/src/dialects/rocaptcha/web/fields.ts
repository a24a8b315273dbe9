import { h } from '../../../../web/shared/dom.ts'

/** What a page posts to its own back end, which passes it on: hidden inputs to be put inside the form. */
export interface Fields {
  /** The hash of the challenge. */
  challenge: HTMLInputElement
  /** Degrees or number, as text; empty until the visitor has answered. */
  response: HTMLInputElement
  /** All of them. */
  inputs: HTMLInputElement[]
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

/** The hidden inputs of one widget. */
export function createFields(): Fields {
  const [challenge, response, sessionId] = ['challenge_field', 'response_field', 'session_id'].map(end => {
    const name = `rocaptcha_${end}`
    // Ids are meant to be unique: the first widget has them. A browser that goes back would put old values
    // in.
    const id = !document.getElementById(name) && name
    return h('input', { type: 'hidden', name, id, autocomplete: 'off' })
  }) as [HTMLInputElement, HTMLInputElement, HTMLInputElement]
  sessionId.value = session ?? page
  return { challenge, response, inputs: [challenge, response, sessionId] }
}
