import { trusted } from '../parts/trusted.ts'

/** Integrity values of the parts that this script loads, by their names: the build writes them in here. */
declare const PARTS: Readonly<Record<string, string>>

/** Characters of an integrity value before its hash, and those of the hash that are in a file's name. */
const [HASH_START, HASH_LENGTH] = ['sha384-'.length, 16]

/** Parts that are here or on their way, by address. */
const loads = new Map<string, Promise<unknown>>()
let failures = 0

/** Address of a part: its name holds its hash, so that it never means another one. */
function addressOf(server: string, name: string): string {
  const hash = PARTS[name]!.slice(HASH_START, HASH_START + HASH_LENGTH)
  return `${server}/upright/v1/files/${name}.${hash.replaceAll('+', '-').replaceAll('/', '_')}.js`
}

/**
 * Loads a part from the service, and runs it only if it is the one that this script was built with.
 * `import()` carries no integrity: a script element checks it, and `import()` then gives the module that is
 * there. Rejects where the part cannot be had.
 */
export function loadPart<Part>(server: string, name: string): Promise<Part> {
  const address = addressOf(server, name)
  const known = loads.get(address) ?? load(address, PARTS[name]!)
  loads.set(address, known)
  known.catch(() => loads.delete(address))
  return known as Promise<Part>
}

async function load(address: string, integrity: string): Promise<unknown> {
  // Browsers remember that an address failed, and keep what came from it; with a query it is another one.
  const url = failures === 0 ? address : `${address}?${failures}`
  const script = document.createElement('script')
  script.type = 'module'
  script.integrity = integrity
  // Under a policy with a nonce the page has said it once already.
  script.nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? ''
  script.src = trusted(url)
  try {
    await new Promise((resolve, reject) => {
      script.onload = resolve
      script.onerror = reject
      document.head.append(script)
    })
  } catch (error) {
    failures++
    throw error
  } finally {
    script.remove()
  }
  return import(url)
}
