import { ownFonts } from '../../fonts/own.ts'
import type { Registry } from '../../registry/registry.ts'

/** Summary of a registry's content. */
export async function contentsOf(registry: Registry): Promise<string> {
  const sites = (await registry.sites()).length
  const fonts = ownFonts(await registry.fonts()).map(({ name }) => name)
  const also = fonts.length > 0 ? `, own fonts: ${fonts.join(', ')}` : ''
  return `${sites} site${sites === 1 ? '' : 's'}${also}`
}
