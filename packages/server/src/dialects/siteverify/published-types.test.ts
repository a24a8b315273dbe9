/** How much of the vendors' published types the scripts have: it counts their members and parameters. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parseSync } from 'oxc-parser'
import { describe, expect, it } from 'vitest'

const require = createRequire(import.meta.url)

/** A node of a syntax tree, as far as it is read. */
interface Node {
  type: string
  id?: { name: string }
  key?: { name?: string; value?: string }
  body?: unknown
}

/** Names of the members of an interface or of a type of an object. */
function membersOf(text: string, name: string): string[] {
  const members = new Set<string>()
  const walk = (value: unknown, isInside: boolean): void => {
    if (typeof value !== 'object' || value === null) return
    const node = value as Node
    const isOurs =
      isInside || (/^TS(Interface|TypeAlias)Declaration$/.test(node.type) && node.id?.name === name)
    if (isInside && /^TS(Method|Property)Signature$/.test(node.type)) {
      members.add(node.key!.name ?? node.key!.value!)
    } else for (const child of Object.values(value)) walk(child, isOurs)
  }
  walk(parseSync('types.d.ts', text).program, false)
  return [...members]
}

/** What the scripts are made of; they have no types here, for they are for browsers. */
const web = <T>(name: string): Promise<T> => import(`./web/${name}-api.ts`)
const script = { server: '', query: new URLSearchParams(), ready() {} }
type Create = (own: typeof script) => object
type Vendor = { parameters: readonly string[] }

const VENDORS = [
  {
    name: 'recaptcha',
    types: '@types/grecaptcha',
    api: 'ReCaptcha',
    parameters: 'Parameters',
    // There is no badge, and visitors choose what they answer.
    without: ['badge', 'type'],
    async load() {
      const { createRecaptcha, RECAPTCHA } = await web<{ createRecaptcha: Create; RECAPTCHA: Vendor }>(
        'recaptcha',
      )
      return { api: createRecaptcha(script), vendor: RECAPTCHA }
    },
  },
  {
    name: 'hcaptcha',
    types: '@hcaptcha/types',
    api: 'HCaptcha',
    parameters: 'ConfigRender',
    // They are for the vendor's own pages and risk engine.
    without: ['andint', 'custom', 'mode', 'tplinks'],
    async load() {
      const { createHcaptcha, hcaptchaVendor } = await web<{
        createHcaptcha: Create
        hcaptchaVendor(isCompatible: boolean): Vendor
      }>('hcaptcha')
      return { api: createHcaptcha(script), vendor: hcaptchaVendor(true) }
    },
  },
  {
    name: 'turnstile',
    types: '@types/cloudflare-turnstile',
    api: 'Turnstile',
    parameters: 'RenderParameters',
    without: [],
    async load() {
      const { createTurnstile, turnstileVendor } = await web<{
        createTurnstile: Create
        turnstileVendor(isCompatible: boolean): Vendor
      }>('turnstile')
      return { api: createTurnstile(script), vendor: turnstileVendor(true) }
    },
  },
]

describe.each(VENDORS)('the script of $name', ({ name, types, api, parameters, without, load }) => {
  it('has all that the published types have, but what is named here', async () => {
    const text = readFileSync(require.resolve(`${types}/index.d.ts`), 'utf8')
    const ours = await load()
    const members = membersOf(text, api)
    const all = membersOf(text, parameters)
    const missing = all.filter(each => !ours.vendor.parameters.includes(each))
    const there = members.filter(each => each in ours.api)
    console.info(
      `${name}: ${there.length} of ${members.length} members, ` +
        `${all.length - missing.length} of ${all.length} parameters and callbacks`,
    )
    expect(members.length).toBeGreaterThan(4)
    expect(there).toEqual(members)
    expect(all.length).toBeGreaterThan(10)
    expect(missing.sort()).toEqual(without)
  })
})
