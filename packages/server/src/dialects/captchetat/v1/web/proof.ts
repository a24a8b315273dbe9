import type { WorkAnswer } from '../wire.ts'
import type { Markup } from './markup.ts'
import { idle, solve } from './work.ts'

/** The proof of work of one id at a time. */
export function createProof(place: Element, field: Markup['field']) {
  let current = ''
  let query = ''

  async function search(id: string, url: string): Promise<void> {
    await idle()
    let [hash, start] = [field('Hs')?.value, field('SP')?.value]
    if (!hash || !start) {
      const work: WorkAnswer = await fetch(url).then(response => response.json())
      ;({ hs: hash, sp: start } = work)
    }
    const task = { id, hash: String(hash), start: Number(start) }
    const found = await solve(task, () => place.isConnected && current === id)
    if (found === undefined) return
    query = `&p=${found}`
    const input = field('SP')
    if (input) input.value = String(found)
  }

  return {
    /** What a validation adds to its address; nothing until the work is done. */
    get query() {
      return query
    },
    /** Starts on an id, whose work is asked for at an address if the markup does not tell. */
    start(id: string, url: string) {
      current = id
      query = ''
      // A captcha is worth as much without: nothing waits for the proof, and nobody hears that there is none.
      search(id, url).catch(() => {})
    },
  }
}
