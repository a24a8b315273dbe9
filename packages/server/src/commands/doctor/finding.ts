/** What a check came to, and how to mend it when it is not well. */
export interface Finding {
  state: 'ok' | 'warn' | 'fail'
  name: string
  found: string
  mend?: string
}
