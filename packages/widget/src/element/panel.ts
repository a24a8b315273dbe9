import type { NativeKind } from './api.ts'
import type { Language } from './languages.ts'
import type { Words } from './words/en.ts'

/** What a visitor answers a kind with. Panels are in a script of their own, loaded when one is chosen. */
export interface Panel {
  element: HTMLElement
  focus(): void
  /** Stops what plays. */
  close(): void
}

/** Options of a panel. */
export interface PanelOptions {
  kind: Exclude<NativeKind, 'work'>
  /** Address of what is shown, with so many pixels for one. */
  address(scale?: number): string
  words: Words
  /** The language of the widget, and of what is heard. */
  language: Language
  spoken: keyof Words['languages']
  respond(response: string): void
  renew(): void
  /** Says something to those who listen to the page. */
  say(text: string): void
}

export type CreatePanel = (options: PanelOptions) => Panel
