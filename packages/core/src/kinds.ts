import type { Kind, Variant } from './kind.ts'
import { rotate } from './rotate/kind.ts'
import type { SpeechOptions } from './speech/index.ts'
import { number, sound } from './speech/kind.ts'
import { type TextSettings, text } from './text/kind.ts'
import { work } from './work/kind.ts'

/** A code to type: distorted letters for the eye, the same letters spoken for the ear. */
const code: Kind<TextSettings & SpeechOptions, 'picture' | 'sound'> = {
  ...text,
  forms: { ...text.forms, sound },
}

/** The kinds by name: one line for each folder. */
export const kinds = { text: code, rotate, number, work }

type Kinds = typeof kinds

/** The name of a kind. */
export type KindName = keyof Kinds

/** What a style of a kind says about its challenges. */
export type SettingsOf<Name extends KindName> = Kinds[Name] extends {
  draw(variant: Variant<infer Settings>, ...rest: never[]): string
}
  ? Settings
  : never

/** How a challenge can be presented to a visitor. The answer is the same for every form. */
export type Form = { [Name in KindName]: keyof Kinds[Name]['forms'] }[KindName]
