/** Finding of a check of `upright doctor`, and how to fix it. */
export interface Finding {
  state: 'ok' | 'warn' | 'fail'
  name: string
  found: string
  fix?: string
}

export const ok = (name: string, found: string): Finding => ({ state: 'ok', name, found })

/** A check that failed with an error; its message is shown. */
export const failure = (name: string, error: unknown, fix: string): Finding => ({
  state: 'fail',
  name,
  found: error instanceof Error ? error.message : String(error),
  fix,
})
