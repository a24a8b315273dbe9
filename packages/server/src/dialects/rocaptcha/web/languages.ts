import { words as ar } from './words/ar.ts'
import { words as cs } from './words/cs.ts'
import { words as de } from './words/de.ts'
import { words as en, type Words } from './words/en.ts'
import { words as es } from './words/es.ts'
import { words as fr } from './words/fr.ts'
import { words as it } from './words/it.ts'

/** All languages, for our own pages. The build gives the script of each language that one alone. */
export const languages: Record<string, Words> = { en, cs, fr, de, es, it, ar }
