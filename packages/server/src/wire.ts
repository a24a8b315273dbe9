import type { Language } from '@upright/core'

/** Wire format of the service's own pages. */

/** A style of codes. */
export interface DemoStyle {
  name: string
  language: Language
  characters: 'digits' | 'letters' | 'both'
  length: readonly [min: number, max: number]
  level: 'standard' | 'light'
}

/** `GET /demo.json` */
export interface Demo {
  publicKey: string
  version: string
  styles: DemoStyle[]
}
