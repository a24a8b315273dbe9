import { ownFonts } from '../../fonts/own.ts'
import type { Contents } from '../../registry/driver.ts'
import type { Registry } from '../../registry/registry.ts'
import { ladderFindings } from './ladder.ts'
import { workFindings } from './work.ts'

/** Summary of a registry's content, and findings about its sites. */
export async function contentsOf(registry: Registry): Promise<Contents> {
  const sites = await registry.sites()
  const fonts = ownFonts(await registry.fonts()).map(({ name }) => name)
  const also = fonts.length > 0 ? `, own fonts: ${fonts.join(', ')}` : ''
  const summary = `${sites.length} site${sites.length === 1 ? '' : 's'}${also}`
  return { summary, findings: [...ladderFindings(sites), ...workFindings(sites)] }
}
