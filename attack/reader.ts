import type { View } from './views.ts'

/** A program that reads letters. */
export interface Reader {
  name: string
  /** Pixels of height that it reads lines at. */
  height: number
  /** How it can be told to read: single lines, or a block of them. */
  modes: readonly Mode[]
  /** What stands in some pictures, drawn from an alphabet; white space may be among it. */
  read(views: readonly View[], mode: Mode, alphabet: string): Promise<string[]>
}

export type Mode = 'line' | 'block'

/** A reader, or why this machine has none and how to fix that. */
export type Found = { reader: Reader } | { skipped: string }
