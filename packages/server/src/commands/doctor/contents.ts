import { dialects } from '../../dialects/index.ts'
import { ownFonts } from '../../fonts/own.ts'
import type { Registry } from '../../registry/registry.ts'
import { cheapestWork } from './price.ts'

/** Summary of a registry's content. */
export async function contentsOf(registry: Registry): Promise<string> {
  const sites = await registry.sites()
  const fonts = ownFonts(await registry.fonts()).map(({ name }) => name)
  const also = fonts.length > 0 ? `, own fonts: ${fonts.join(', ')}` : ''
  const cheapest = cheapestWork(sites, dialects)
  const least = cheapest === undefined ? '' : `; least work: ${cheapest}`
  return `${sites.length} site${sites.length === 1 ? '' : 's'}${also}${least}`
}
