import { type Captcha, type CaptchaSite, type Form, type Rendition, renderDraft } from '@upright/core'
import type { Pictures } from './pictures/picture.ts'
import type { Sounds } from './threads/sounds.ts'

/** Options of a rendered challenge. */
export interface RenderOptions {
  /** Generation of the id. @default 0 */
  generation?: number
  /** The visitor's address: sounds of one network wait for one another, not those of other networks. */
  address?: string | undefined
  /** Pixels for each of a code's picture: 2 for dense screens. @default 1 */
  scale?: 1 | 2
}

/**
 * Renders any form of any challenge of a site. The same id, generation, form and scale give the same bytes.
 * @throws CaptchaError `unknown_challenge`, `form_unavailable`, `no_pictures`, `asset_corrupt`; `overloaded`
 * when too many sounds wait
 */
export type Renderer = (
  site: CaptchaSite,
  id: string,
  form: Form,
  options?: RenderOptions,
) => Promise<Rendition>

/** Dependencies of the renderer. */
export interface RendererOptions {
  /** The challenges it knows: ids of others are unknown to it. */
  captcha: Captcha
  /** Sounds, made in a thread of their own. */
  sounds: Sounds
  /** Discs, drawn from the library. */
  pictures: Pictures
  /** Milliseconds since 1970. */
  now: () => number
}

/**
 * The one way to render a challenge: sounds in their thread, discs from the library, everything else at once.
 */
export function createRenderer({ captcha, sounds, pictures, now }: RendererOptions): Renderer {
  return async (site, id, form, { generation = 0, address, scale = 1 } = {}) => {
    // Opened before a sound is queued: unknown ids do not wait for the thread.
    const draft = captcha.draft(site, id, form, { generation })
    if (form === 'sound') {
      return sounds.show({ site, id, time: now(), generation, address })
    }
    const { style } = draft
    if (style.kind === 'rotate') return pictures.show(site, id)
    return renderDraft(
      style.kind === 'text' ? { ...draft, settings: { ...style.settings, scale } } : draft,
      form,
    )
  }
}
