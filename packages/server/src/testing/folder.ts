import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A fresh, empty folder of this machine. */
export const freshFolder = (): string => mkdtempSync(join(tmpdir(), 'upright-'))
